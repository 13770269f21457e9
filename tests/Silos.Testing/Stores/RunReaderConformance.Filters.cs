using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

public abstract partial class RunReaderConformance
{
    /// <summary>Text that means something to SQL, to LIKE or to GLOB, and nothing here.</summary>
    private static readonly string[] Texts = ["plain", "PLAIN text", "it's", "100%", "a_c", "abc", "x'; drop table run; --", "[a-z]*", "back\\slash", "\"quoted\"", "ünï 🚀", " "];

    /// <summary>
    /// Every field with every operator that its kind allows, against values taken from the runs and against values that no run has:
    /// the store must find exactly what the plain meaning finds.
    /// </summary>
    [Fact]
    public async Task Every_operator_finds_what_it_means_on_every_field()
    {
        var all = await ManyRunsAsync();
        var tried = 0;
        foreach (var (field, kind) in Filter.Fields)
        {
            foreach (var (@operator, values) in Comparisons(field, kind, all))
            {
                await VerifyAsync(all, new FilterCondition(field, @operator, values));
                tried++;
            }
        }

        Assert.True(tried > 300, $"Only {tried} comparisons were tried.");
    }

    [Fact]
    public async Task Groups_nest_and_an_empty_one_is_true_for_all_and_false_for_any()
    {
        var all = await ManyRunsAsync();
        var failed = new FilterCondition("state", FilterOperator.In, [RunState.Failed, RunState.Dead]);
        var high = new FilterCondition("priority", FilterOperator.GreaterOrEqual, [3L]);
        var tagged = new FilterCondition("tag", FilterOperator.Equal, ["it's"]);

        await VerifyAsync(all, new FilterGroup(true, []));
        await VerifyAsync(all, new FilterGroup(false, []));
        await VerifyAsync(all, new FilterGroup(true, [failed, high]));
        await VerifyAsync(all, new FilterGroup(false, [failed, high]));
        await VerifyAsync(all, new FilterGroup(true, [new FilterGroup(false, [failed, tagged]), high]));
        await VerifyAsync(all, new FilterGroup(false, [new FilterGroup(true, [failed, tagged]), new FilterGroup(false, [new FilterGroup(true, [high])])]));
        await VerifyAsync(all, new FilterGroup(true, [failed, new FilterGroup(true, []), new FilterGroup(false, [new FilterGroup(false, []), high])]));
    }

    [Fact]
    public async Task A_filter_and_paging_go_together()
    {
        var all = await ManyRunsAsync();
        var filter = new FilterCondition("priority", FilterOperator.Less, [4L]);
        var expected = all.Where(run => RunFilter.Matches(run, filter)).Select(run => run.Id).ToList();

        var first = await Store.Reader.ListAsync(new RunQuery(TenantId.Default, filter, Limit: 3), Cancelled);
        var second = await Store.Reader.ListAsync(new RunQuery(TenantId.Default, filter, Before: first[^1].Id, Limit: 3), Cancelled);
        var third = await Store.Reader.ListAsync(new RunQuery(TenantId.Default, filter, Offset: 6, Limit: 3), Cancelled);

        Assert.Equal(expected.Take(9), first.Concat(second).Concat(third).Select(run => run.Id));
    }

    private static IEnumerable<(FilterOperator Operator, object[] Values)> Comparisons(string field, FilterKind kind, IReadOnlyList<Run> all)
    {
        var values = Samples(field, kind, all).Distinct().ToList();
        FilterOperator[] single = kind switch
        {
            FilterKind.Text => [FilterOperator.Equal, FilterOperator.NotEqual, FilterOperator.Contains],
            FilterKind.Tag or FilterKind.State => [FilterOperator.Equal, FilterOperator.NotEqual],
            _ =>
            [
                FilterOperator.Equal, FilterOperator.NotEqual, FilterOperator.Less, FilterOperator.LessOrEqual, FilterOperator.Greater,
                FilterOperator.GreaterOrEqual,
            ],
        };
        foreach (var value in values)
        {
            foreach (var @operator in single)
            {
                yield return (@operator, [value]);
            }
        }

        yield return (FilterOperator.In, [values[0]]);
        yield return (FilterOperator.In, [values[0], values[^1], values[values.Count / 2]]);
        if (kind != FilterKind.Tag)
        {
            yield return (FilterOperator.Empty, []);
            yield return (FilterOperator.NotEmpty, []);
        }
    }

    private static IEnumerable<object> Samples(string field, FilterKind kind, IReadOnlyList<Run> all) => kind switch
    {
        FilterKind.Text when field is "queue" => ["default", "DEF", "%", "mail"],
        FilterKind.Text => [.. Texts, "LA", "%", "_", "'"],
        FilterKind.Number => [-2L, 0L, 1L, 3L, 1000L, 1500L, long.MaxValue],
        FilterKind.Instant => [Noon, Noon.AddSeconds(1), Noon.AddSeconds(2), Noon.AddMinutes(1), Noon.AddMilliseconds(2_001)],
        FilterKind.Id => [all[0].Id, all[all.Count / 2].Id, RunId.New(Noon)],
        FilterKind.State => [.. Enum.GetValues<RunState>().Cast<object>()],
        _ => [.. Texts],
    };

    private async Task VerifyAsync(IReadOnlyList<Run> all, Filter filter)
    {
        var expected = all.Where(run => RunFilter.Matches(run, filter)).Select(run => run.Id).ToList();

        var found = await Store.Reader.ListAsync(new RunQuery(TenantId.Default, filter, Limit: 1_000), Cancelled);
        var count = await Store.Reader.CountAsync(TenantId.Default, filter, Cancelled);

        Assert.True(
            expected.SequenceEqual(found.Select(run => run.Id)),
            $"{Describe(filter)} found {found.Count} of {expected.Count} runs: [{string.Join(", ", found.Select(run => run.Error?.Message))}]");
        Assert.Equal(expected.Count, count);
    }

    private static string Describe(Filter filter) => filter switch
    {
        FilterCondition condition => $"{condition.Field} {condition.Operator} [{string.Join(" | ", condition.Values)}]",
        FilterGroup group => $"{(group.All ? "all" : "any")}({string.Join(", ", group.Conditions.Select(Describe))})",
        _ => filter.ToString(),
    };

    /// <summary>Runs in every state, each text in every text field of one of them; returned newest first, as the store reads them one by one.</summary>
    private async Task<IReadOnlyList<Run>> ManyRunsAsync()
    {
        var owner = await OpenAsync();
        NewRun[] runs =
        [
            .. Texts.Select((text, i) => ARun(priority: i - 2, due: Noon.AddSeconds(i % 3 == 2 ? 60 : 0), job: i % 4 == 0 ? null : Key(Name(text))) with
            {
                Handler = Name(text),
                RequestedBy = i % 3 == 0 ? null : text,
                EnqueuedAt = Noon.AddSeconds(i % 2),
                Options = i % 5 == 0 ? RunOptions.Default : new RunOptions { Tags = [text, "both"] },
            }),
        ];
        RunState[] ends = [RunState.Completed, RunState.Failed, RunState.Dead, RunState.Cancelled, RunState.Skipped];
        var ended = runs.Select((run, i) => AnEnd(run, 1, ends[i % ends.Length], Noon.AddMilliseconds(2_000 + (i % 2))) with
        {
            Run = RunId.New(Noon),
            Error = i % 3 == 1 ? null : new RunError("T", Texts[i]),
            Worker = i % 4 == 3 ? null : Texts[i],
            StartedAt = i % 4 == 3 ? null : Noon.AddMilliseconds(501 * (i % 3)),
            Job = null,
        }).ToArray();
        await EnqueueAsync(owner, [.. runs, .. runs.Zip(ended, (run, end) => run with { Id = end.Run })]);
        await CommitAsync(new() { Owner = owner, Now = Noon, Claims = [AClaim(1, runs[..4])], Requeued = [ARetry(runs[5]), ARetry(runs[6], state: RunState.Queued)] });
        await FinishAsync(owner, ended);
        await Store.Runs.PostAsync([ARun() with { RequestedBy = "it's" }, ARun(due: Noon.AddMinutes(1)) with { Tenant = Other }], Cancelled);

        var all = new List<Run>();
        foreach (var run in await Store.Reader.ListAsync(new RunQuery(TenantId.Default, Limit: 1_000), Cancelled))
        {
            all.Add((await DetailsAsync(run.Id)).Run);
        }

        Assert.Equal((Texts.Length * 2) + 1, all.Count);
        return all;
    }

    private static string Name(string text) => text == " " ? "a b" : text.Replace('/', '-');
}
