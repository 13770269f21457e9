using Silos.Engine.Runs;
using Silos.Queues;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Runs;

public sealed class EndedRunsTests
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly EndedRuns _ended;

    public EndedRunsTests() => _ended = new EndedRuns(_clock);

    [Fact]
    public void A_run_is_remembered_for_its_tenant_only()
    {
        var run = Add();
        Assert.Same(run, _ended.Find(TenantId.Default, run.Id));
        Assert.Null(_ended.Find(TenantId.Parse("other"), run.Id));
    }

    [Fact]
    public void What_is_old_is_forgotten_with_the_next_one()
    {
        var old = Add();
        _clock.Advance(TimeSpan.FromSeconds(11));
        var young = Add();
        Assert.Null(_ended.Find(TenantId.Default, old.Id));
        Assert.NotNull(_ended.Find(TenantId.Default, young.Id));
    }

    [Theory]
    [InlineData(1_500, 0, 1_000)]
    [InlineData(10, 1024 * 1024, 3)]
    public void Neither_many_runs_nor_large_ones_fill_the_memory(int count, int characters, int remembered)
    {
        var runs = Enumerable.Range(0, count).Select(_ => Add(characters)).ToList();
        Assert.Equal(runs.TakeLast(remembered).Select(run => run.Id), runs.Where(run => _ended.Find(TenantId.Default, run.Id) is not null).Select(run => run.Id));
    }

    private Run Add(int characters = 0)
    {
        var now = _clock.GetUtcNow();
        var run = new Run
        {
            Id = RunId.New(now),
            Tenant = TenantId.Default,
            Handler = "noop",
            Queue = QueueName.Default,
            State = RunState.Completed,
            DueAt = now,
            EnqueuedAt = now,
            Result = JsonText.From(new string('x', characters)),
        };
        _ended.Add(run);
        return run;
    }
}
