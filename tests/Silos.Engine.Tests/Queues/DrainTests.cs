using Microsoft.Extensions.DependencyInjection;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Tests.Queues;

/// <summary>A process that somebody drains: it goes on with what it has, starts nothing more, and can be told to go on.</summary>
public sealed class DrainTests
{
    private readonly Gate _gate = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_drained_process_finishes_what_executes_and_starts_what_waits_when_it_is_resumed()
    {
        using var engine = Start();
        var nodes = engine.Provider.GetRequiredService<INodes>();
        var first = engine.Enqueue("wait");
        engine.Settle();
        engine.Do(() => nodes.DrainAsync("test-1", "ann", "patch", Cancelled));
        var late = engine.Enqueue("wait");
        _gate.Let(1);
        engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((RunState.Completed, RunState.Queued), (engine.Read(first).State, engine.Read(late).State));
        Assert.Equal("draining", engine.Explain(late)[0].Code);
        Assert.True(engine.Host.IsDraining);

        engine.Do(() => nodes.ResumeAsync("test-1", "ann", Cancelled));
        _gate.Let(1);
        engine.Settle();
        Assert.Equal(RunState.Completed, engine.Read(late).State);
        Assert.False(engine.Host.IsDraining);
    }

    [Fact]
    public void A_process_says_what_it_is_and_who_drains_it()
    {
        using var engine = Start();
        var nodes = engine.Provider.GetRequiredService<INodes>();
        engine.Enqueue("wait");
        engine.Settle();
        var up = Assert.Single(engine.Get(() => nodes.ListAsync(Cancelled)));
        Assert.Equal(("test-1", NodeState.Up, null, 4, 1), (up.Name, up.State, up.Drain, up.Slots, up.Busy));
        Assert.Equal(Enumerable.Range(0, Partitions.Count), up.Partitions);
        Assert.Equal(["api", "scheduler", "worker"], up.Roles);
        Assert.Equal(["wait"], up.Handlers);
        Assert.Equal(engine.Clock.GetUtcNow(), up.StartedAt);

        engine.Do(() => nodes.DrainAsync("test-1", "ann", "patch", Cancelled));
        engine.Do(() => nodes.DrainAsync("test-1", "bob", "later", Cancelled));
        var drained = Assert.Single(engine.Get(() => nodes.ListAsync(Cancelled)));
        Assert.Equal((NodeState.Draining, "ann", "patch"), (drained.State, drained.Drain?.By, drained.Drain?.Reason));
        Assert.Throws<NotFoundException>(() => engine.Do(() => nodes.DrainAsync("test-2", "ann", null, Cancelled)));
        Assert.Throws<NotFoundException>(() => engine.Do(() => nodes.ResumeAsync("test-2", "ann", Cancelled)));
    }

    [Fact]
    public void A_drained_process_can_be_stopped_but_a_stopping_one_not_resumed()
    {
        using var engine = Start();
        var nodes = engine.Provider.GetRequiredService<INodes>();
        var run = engine.Enqueue("wait");
        engine.Settle();
        engine.Do(() => nodes.DrainAsync("test-1", "ann", null, Cancelled));
        engine.Stop();
        Assert.Equal("handed_back", Assert.Single(engine.Details(run).Attempts).Outcome);
        Assert.Equal("stopping", Assert.Throws<ConflictException>(() => engine.Do(() => nodes.ResumeAsync("test-1", "ann", Cancelled))).Code);
    }

    private Engine Start()
    {
        var engine = new Engine().Handle("wait", _gate.Wait).Configure(options => options.Slots = 4);
        engine.Services.AddSingleton(new ProcessStart("mark", engine.Clock.GetUtcNow()));
        return engine.Start();
    }
}
