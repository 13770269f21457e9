using Silos.Runs;
using Silos.Stores;

namespace Silos.Core.Tests.Stores;

/// <summary>Which searches indexes serve, and so need no pieces.</summary>
public sealed class RunScanTests
{
    private static readonly Filter Job = Is("job", "nightly");
    private static readonly Filter Dead = Is("state", RunState.Dead);
    private static readonly Filter Since = new FilterCondition("started_at", FilterOperator.GreaterOrEqual, [DateTimeOffset.UnixEpoch]);
    private static readonly Filter Id = Is("id", RunId.Parse("019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01"));
    private static readonly Filter Word = new FilterCondition("error", FilterOperator.Contains, ["timeout"]);

    [Fact]
    public void Everything_jobs_failures_what_has_not_ended_and_what_came_since_an_instant_are_served()
    {
        Filter?[] served =
        [
            null,
            new FilterGroup(All: true, []),
            Job,
            Dead,
            new FilterCondition("state", FilterOperator.In, [RunState.Failed, RunState.Dead, RunState.Cancelled]),
            And(Job, Dead),
            And(And(Job), Dead),
            Or(And(Job, Dead)),
            Or(And(Dead), And(Is("state", RunState.Failed))),
            Or(And(Word, Since), Since),
            And(Word, Is("state", RunState.Queued)),
            And(Word, Id),
            Or(Id, And(Id, Word)),
            And(Dead, new FilterCondition("job", FilterOperator.In, ["a", "b"])),
            And(Word, Since),
        ];
        Assert.All(served, filter => Assert.True(RunScan.Reach(filter).IsServed));
    }

    [Fact]
    public void Of_others_pieces_are_taken_of_what_an_index_serves_if_there_is_such_a_part()
    {
        Assert.Equal((false, null), RunScan.Reach(Word));
        Assert.Equal((false, null), RunScan.Reach(Is("state", RunState.Completed)));
        Assert.Equal((false, null), RunScan.Reach(Or(Job, Word)));
        Assert.Equal((false, null), RunScan.Reach(Or(Job, Is("job", "other"))));
        Assert.Equal((false, null), RunScan.Reach(Or(And(Word, Since), Word)));
        Assert.Equal((false, null), RunScan.Reach(Or(Id, Since)));
        Assert.Equal((false, null), RunScan.Reach(new FilterCondition("enqueued_at", FilterOperator.Less, [DateTimeOffset.UnixEpoch])));
        Assert.Equal([Job], Within(And(Word, Job)));
        Assert.Equal([Dead, Job], Within(And(Dead, And(Word, Job))));
        Assert.Equal([Dead], Within(And(Dead, Or(Job, Word))));

        static IReadOnlyList<Filter> Within(Filter filter)
        {
            var (isServed, within) = RunScan.Reach(filter);
            Assert.False(isServed);
            Assert.Equal(within, RunScan.Reach(And(filter, Since)).Within, static (one, other) => ((FilterGroup)one!).Conditions.SequenceEqual(((FilterGroup)other!).Conditions));
            return Assert.IsType<FilterGroup>(within).Conditions;
        }
    }

    [Fact]
    public void A_search_is_about_failures_if_their_index_has_all_that_it_asks_for()
    {
        Filter[] about = [Dead, And(Job, Dead), Or(And(Dead)), And(Id, Dead), And(Is("state", RunState.Cancelled), new FilterCondition("id", FilterOperator.Less, [RunId.New(DateTimeOffset.UnixEpoch)]))];
        Filter?[] others = [null, Job, Id, Word, And(Dead, Word), And(Dead, Since), Or(Dead, Job), Is("state", RunState.Completed), Is("state", RunState.Queued)];
        Assert.All(about, filter => Assert.True(RunScan.IsAboutFailures(filter)));
        Assert.All(others, filter => Assert.False(RunScan.IsAboutFailures(filter)));
    }

    private static FilterCondition Is(string field, object value) => new(field, FilterOperator.Equal, [value]);

    private static FilterGroup Or(params Filter[] conditions) => new(All: false, conditions);

    private static FilterGroup And(params Filter[] conditions) => new(All: true, conditions);
}
