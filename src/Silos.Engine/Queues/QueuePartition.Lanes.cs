using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>The queues in memory: made when needed, read from the store a window at a time.</summary>
internal sealed partial class QueuePartition
{
    private Lane LaneOf(QueueKey queue)
    {
        if (!_lanes.TryGetValue(queue, out var lane))
        {
            if (_lanes.Count >= 256 && (_lanes.Count & 63) == 0)
            {
                DropIdleLanes();
            }

            lane = new Lane(queue);
            _lanes.Add(queue, lane);
            ApplySettings(lane, _services.Clock.Now());
        }

        return lane;
    }

    private void DropIdleLanes()
    {
        foreach (var (key, lane) in _lanes)
        {
            if (lane is { Count: 0, Complete: true, Reading: false, InFlight: 0, Bucket: null })
            {
                _lanes.Remove(key);
            }
        }
    }

    private void ResetLane(Lane lane)
    {
        _parked.Remove(lane.Key);
        _alone.RemoveAll(run => run.Queue == lane.Key);
        lane.Reset();
        Signal();
    }

    private void ApplySettings(Lane lane, DateTimeOffset now)
    {
        var settings = _services.Settings.Of(lane.Key);
        if (settings.Limits.Rate is null)
        {
            lane.Bucket = null;
        }
        else if (lane.Bucket is null || settings.Limits != lane.Settings.Limits)
        {
            lane.Bucket = new TokenBucket(settings.Limits, now);
            _hasRates = true;
        }

        lane.Settings = settings;
        lane.Paused = _services.Settings.IsPaused(lane.Key);
    }

    private void StartReads()
    {
        List<(Lane Lane, long Number, ReadyPosition? After, int Limit)>? reads = null;
        lock (_state)
        {
            foreach (var lane in _lanes.Values)
            {
                if (_readsUnderWay >= MaxReads)
                {
                    break;
                }

                if (lane.WantsRead(Window))
                {
                    HashSet<RunId> executing = [.. _live.Concat(_outcomes).Concat(_recording).Select(attempt => attempt.RunId)];
                    var number = Interlocked.Increment(ref _reads);
                    _readsUnderWay++;
                    (reads ??= []).Add((lane, number, lane.Tail, lane.BeginRead(number, Window, executing)));
                }
            }
        }

        var epoch = _epoch;
        reads?.ForEach(read => _ = _services.Scheduler.Run(() => ReadAsync(epoch, read.Lane, read.Number, read.After, read.Limit)));
    }

    private async Task ReadAsync(long epoch, Lane lane, long number, ReadyPosition? after, int limit)
    {
        IReadOnlyList<PendingRun>? rows = null;
        Exception? error = null;
        try
        {
            rows = await _services.Store.Runs.ReadReadyAsync(lane.Key, after, limit, _lifetime.Token);
        }
        catch (Exception exception)
        {
            error = exception;
        }

        _mailbox.Read(new LaneRead(epoch, lane, number, limit, rows, error));
        Signal();
    }
}
