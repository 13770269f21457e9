using Silos.Cluster.Queues;
using Silos.Grains;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Cluster.Tests.Queues;

/// <summary>Many callers on their way to one owner.</summary>
public sealed class SharedCallsTests
{
    private readonly List<(List<EnqueueMessage> Messages, TaskCompletionSource<IReadOnlyList<EnqueueAnswer>> Answer)> _calls = [];
    private readonly SharedCalls<EnqueueMessage, EnqueueAnswer> _lane;

    public SharedCallsTests() => _lane = new SharedCalls<EnqueueMessage, EnqueueAnswer>(
        messages =>
        {
            var answer = new TaskCompletionSource<IReadOnlyList<EnqueueAnswer>>();
            _calls.Add((messages, answer));
            return answer.Task;
        },
        message => message.Runs.Count);

    [Fact]
    public async Task What_comes_while_calls_are_under_way_goes_together_in_the_next_one()
    {
        var sent = Enumerable.Range(0, 10).Select(_ => _lane.SendAsync(Message(1))).ToList();
        Assert.Equal([1, 1], _calls.Select(call => call.Messages.Count));

        Answer(0);
        Assert.Equal([1, 1, 8], _calls.Select(call => call.Messages.Count));
        Answer(2);
        Answer(1);
        var answers = await Task.WhenAll(sent);

        Assert.Equal([.. Enumerable.Repeat("0", 1), "1", .. Enumerable.Range(0, 8).Select(_ => "2")], answers.Select(answer => answer.Problem![..1]));
        Assert.Equal(10, answers.Select(answer => answer.Problem).Distinct().Count());
    }

    [Fact]
    public void A_call_has_a_thousand_runs_at_most()
    {
        for (var i = 0; i < 5; i++)
        {
            _ = _lane.SendAsync(Message(400));
        }

        Answer(0);
        Assert.Equal([1, 1, 2], _calls.Select(call => call.Messages.Count));
    }

    [Fact]
    public async Task A_call_that_fails_fails_its_own_callers_and_nobody_after_them()
    {
        var first = _lane.SendAsync(Message(1));
        var second = _lane.SendAsync(Message(1));
        var third = _lane.SendAsync(Message(1));
        _calls[0].Answer.SetException(new TimeoutException("gone"));
        Answer(1);
        Answer(2);

        await Assert.ThrowsAsync<TimeoutException>(() => first);
        Assert.Equal("1-0", (await second).Problem);
        Assert.Equal("2-0", (await third).Problem);
        var later = _lane.SendAsync(Message(1));
        Answer(3);
        Assert.Equal("3-0", (await later).Problem);
    }

    [Fact]
    public async Task What_a_caller_carries_along_goes_with_its_own_call_alone()
    {
        var carried = new AsyncLocal<string?>();
        var seen = new (int Asks, string? Carried)[3];
        // As Orleans completes calls: what waits goes on elsewhere.
        var answers = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var made = 0;
        var calls = new SharedCalls<int, int>(
            async asks =>
            {
                var call = Interlocked.Increment(ref made) - 1;
                seen[call] = (asks.Count, carried.Value);
                await answers[call].Task;
                return asks;
            },
            _ => 1);

        var sent = new List<Task<int>>();
        foreach (var i in Enumerable.Range(1, 4))
        {
            carried.Value = $"caller {i}";
            sent.Add(calls.SendAsync(i));
        }

        answers[2].SetResult();
        answers[0].SetResult();
        var answered = await Task.WhenAll(sent[0], sent[2], sent[3]);
        Assert.Equal([1, 3, 4], answered);
        answers[1].SetResult();
        Assert.Equal(2, await sent[1]);
        Assert.Equal([(1, "caller 1"), (1, "caller 2"), (2, null)], seen);
    }

    private static EnqueueMessage Message(int runs) => new(
    [
        .. Enumerable.Range(0, runs).Select(i => new NewRun
        {
            Id = RunId.New(DateTimeOffset.UnixEpoch),
            Tenant = TenantId.Default,
            Handler = "work",
            Queue = QueueName.Default,
            DueAt = DateTimeOffset.UnixEpoch,
            EnqueuedAt = DateTimeOffset.UnixEpoch,
        }),
    ],
    MayRepeat: false);

    /// <summary>Answers a call: each message with the number of the call and its own.</summary>
    private void Answer(int call) => _calls[call].Answer.SetResult(
        [.. _calls[call].Messages.Select((_, i) => new EnqueueAnswer(null, $"{call}-{i}"))]);
}
