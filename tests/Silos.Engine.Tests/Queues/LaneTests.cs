using Silos.Engine.Queues;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Tests.Queues;

public sealed class LaneTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly QueueKey Queue = new(TenantId.Default, QueueName.Default);

    private static PendingRun Run(int minute, int priority = 0, RunId? id = null, string? payload = null) => new()
    {
        Request = new NewRun
        {
            Id = id ?? RunId.New(Noon),
            Tenant = TenantId.Default,
            Handler = "h",
            DueAt = Noon.AddMinutes(minute),
            EnqueuedAt = Noon.AddMinutes(minute),
            Priority = priority,
            Payload = payload is null ? null : JsonText.From(payload),
        },
        State = RunState.Queued,
    };

    private static List<int> Drain(Lane lane)
    {
        var minutes = new List<int>();
        while (lane.Count > 0)
        {
            minutes.Add((int)(lane.TakeFirst().Request.DueAt - Noon).TotalMinutes);
        }

        return minutes;
    }

    [Fact]
    public void Runs_come_out_in_order_however_they_went_in()
    {
        var random = new Random(5);
        var lane = new Lane(Queue);
        var runs = Enumerable.Range(0, 2_000).Select(i => Run(random.Next(500), random.Next(-3, 3))).ToList();
        var expected = runs.Select(run => run.Position).Order().ToList();
        foreach (var run in runs)
        {
            lane.Add(run, 5_000);
        }

        var actual = new List<ReadyPosition>();
        while (lane.Count > 0)
        {
            actual.Add(lane.TakeFirst().Position);
        }

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_run_that_is_there_is_not_added_twice()
    {
        var lane = new Lane(Queue);
        var run = Run(1);
        lane.Add(run, 10);
        lane.Add(run, 10);
        Assert.Equal(1, lane.Count);
    }

    [Fact]
    public void What_sorts_before_the_tail_enters_and_evicts_it()
    {
        var lane = new Lane(Queue);
        for (var minute = 10; minute < 20; minute++)
        {
            lane.Add(Run(minute), 10);
        }

        Assert.True(lane.Complete);
        lane.Add(Run(5), 10);
        Assert.False(lane.Complete);
        lane.Add(Run(30), 10);
        Assert.Equal([5, 10, 11, 12, 13, 14, 15, 16, 17, 18], Drain(lane));
    }

    [Fact]
    public void A_read_goes_on_behind_the_tail_and_completes_the_lane_when_it_finds_fewer()
    {
        var lane = new Lane(Queue);
        lane.Reset();
        Assert.True(lane.WantsRead(100));
        Assert.Equal(100, lane.BeginRead(1, 100, []));
        Assert.True(lane.EndRead(1, [Run(1), Run(2)], 2, 100));
        Assert.False(lane.Complete);
        Assert.Equal(Noon.AddMinutes(2), lane.Tail!.Value.DueAt);
        lane.BeginRead(2, 100, []);
        Assert.True(lane.EndRead(2, [Run(3)], 2, 100));
        Assert.True(lane.Complete);
        Assert.Equal([1, 2, 3], Drain(lane));
    }

    [Fact]
    public void What_arrives_behind_the_tail_during_a_read_is_not_forgotten_and_not_doubled()
    {
        var lane = new Lane(Queue);
        lane.Reset();
        lane.BeginRead(1, 100, []);
        var seen = Run(2);
        lane.Add(seen, 100);
        lane.Add(Run(3), 100);
        Assert.True(lane.EndRead(1, [Run(1), seen], 10, 100));
        Assert.Equal([1, 2, 3], Drain(lane));
    }

    [Fact]
    public void What_ended_during_a_read_does_not_come_back_with_it()
    {
        var lane = new Lane(Queue);
        lane.Reset();
        var executing = Run(1);
        var cancelled = Run(2);
        lane.BeginRead(1, 100, [executing.Id]);
        lane.Remove(cancelled.Id);
        Assert.True(lane.EndRead(1, [executing, cancelled, Run(3)], 10, 100));
        Assert.Equal([3], Drain(lane));
    }

    [Fact]
    public void A_run_that_was_executing_and_waits_again_comes_back_during_a_read()
    {
        var lane = new Lane(Queue);
        lane.Reset();
        var executing = Run(1);
        lane.BeginRead(1, 100, [executing.Id]);
        lane.Add(executing with { Token = 5 }, 100);
        Assert.True(lane.EndRead(1, [executing, Run(2)], 10, 100));
        Assert.Equal(5, lane.First.Token);
        Assert.Equal([1, 2], Drain(lane));
    }

    [Fact]
    public void A_read_from_before_a_reset_is_void()
    {
        var lane = new Lane(Queue);
        lane.Reset();
        lane.BeginRead(1, 100, []);
        lane.Reset();
        Assert.False(lane.EndRead(1, [Run(1)], 10, 100));
        Assert.Equal(0, lane.Count);
        Assert.False(lane.Complete);
    }

    [Fact]
    public void Big_payloads_make_small_bites_and_are_evicted()
    {
        var lane = new Lane(Queue);
        var big = new string('x', 1_000_000);
        for (var minute = 0; minute < 40; minute++)
        {
            lane.Add(Run(minute, payload: big), 5_000);
        }

        Assert.InRange(lane.Count, 16, 17);
        Assert.False(lane.Complete);
        lane.Reset();
        lane.BeginRead(1, 5_000, []);
        lane.EndRead(1, [Run(1, payload: big), Run(2, payload: big)], 2, 5_000);
        Assert.Equal(16, lane.BeginRead(2, 5_000, []));
    }

    [Fact]
    public void Big_payloads_that_fill_the_memory_are_not_read_again_and_again_while_nothing_starts()
    {
        var lane = new Lane(Queue);
        var big = new string('x', 1_000_000);
        lane.Reset();
        lane.BeginRead(1, 5_000, []);
        lane.EndRead(1, [.. Enumerable.Range(0, 40).Select(minute => Run(minute, payload: big))], 256, 5_000);
        Assert.InRange(lane.Count, 16, 17);
        Assert.False(lane.WantsRead(5_000));
        while (lane.Count > 8)
        {
            lane.TakeFirst();
        }

        Assert.True(lane.WantsRead(5_000));
    }

    [Fact]
    public void Runs_that_are_cancelled_while_they_wait_give_their_memory_back()
    {
        var lane = new Lane(Queue);
        var big = new string('x', 1_000_000);
        for (var minute = 0; minute < 40; minute++)
        {
            var run = Run(minute, payload: big);
            lane.Add(run, 5_000);
            Assert.True(lane.Remove(run.Id));
        }

        for (var minute = 0; minute < 20; minute++)
        {
            lane.Add(Run(minute), 5_000);
        }

        Assert.True(lane.Complete);
        Assert.Equal(20, lane.Count);
    }

    [Fact]
    public void A_bucket_starts_full_and_fills_with_time_and_not_with_a_clock_that_is_set_back()
    {
        var bucket = new TokenBucket(new QueueLimits { Rate = 2, Burst = 3 }, Noon);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(bucket.Allows);
            bucket.Take();
        }

        Assert.False(bucket.Allows);
        Assert.Equal(Noon.AddMilliseconds(500), bucket.NextAt);
        bucket.Fill(Noon.AddHours(-1));
        Assert.False(bucket.Allows);
        bucket.Fill(Noon.AddHours(-1).AddMilliseconds(500));
        Assert.True(bucket.Allows);
        bucket.Fill(Noon.AddHours(5));
        for (var i = 0; i < 3; i++)
        {
            bucket.Take();
        }

        Assert.False(bucket.Allows);
    }
}
