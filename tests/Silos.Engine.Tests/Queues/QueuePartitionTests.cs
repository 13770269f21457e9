using Silos.Runs;

namespace Silos.Engine.Tests.Queues;

public sealed class QueuePartitionTests
{
    [Fact]
    public void A_run_is_executed_and_recorded()
    {
        using var engine = new Engine().Handle("hello", (context, _) =>
        {
            context.SetResult($"hello {context.Attempt}");
            return Task.CompletedTask;
        }).Start();

        var id = engine.Enqueue("hello");
        engine.Settle();

        var run = engine.Read(id);
        Assert.Equal(RunState.Completed, run.State);
        Assert.Equal("\"hello 1\"", run.Result?.Text);
        Assert.Equal("test-1", run.Worker);
        Assert.Equal(1, run.Attempt);
    }

    [Fact]
    public void Higher_priority_goes_first_then_earlier_due_then_earlier_asked()
    {
        var order = new List<string>();
        using var engine = new Engine()
            .Configure(options => options.Slots = 1)
            .Handle("note", (context, _) =>
            {
                order.Add(context.Payload.As<string>()!);
                return Task.CompletedTask;
            })
            .Start();

        var now = engine.Clock.Now();
        NewRun Make(string name, int priority, int dueSecondsAgo) => engine.New("note", run => run with
        {
            Payload = JsonText.From(name),
            Priority = priority,
            DueAt = now.AddSeconds(-dueSecondsAgo),
        });
        engine.Do(() => engine.Host.EnqueueAsync(
            [Make("c", 0, 0), Make("b", 0, 5), Make("a", 7, 0), Make("d", -1, 60), Make("c2", 0, 0)], false, CancellationToken.None).AsTask());
        engine.Settle();

        Assert.Equal(["a", "b", "c", "c2", "d"], order);
    }
}
