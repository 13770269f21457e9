using Microsoft.Extensions.Logging;
using Silos.Engine;
using Silos.Engine.Queues;
using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Cluster.Workers;

/// <summary>
/// The way from attempts of this silo to the owner of their partition: directly while the partition is here, by messages that are
/// repeated until they are heard when it is elsewhere. Attempts outlive the ownership of their partition this way.
/// </summary>
internal sealed partial class AttemptRoute(
    int number,
    string worker,
    Func<ReportMessage, Task> report,
    HandlerGates handlers,
    EngineScheduler scheduler,
    TimeProvider clock,
    ILogger<AttemptRoute> logger)
    : IAttemptOwner
{
    private const int Batch = 1_000;
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, AttemptContext> _away = [];
    private readonly Queue<AttemptContext> _ended = new();
    private readonly ILogger<AttemptRoute> _logger = logger;
    private QueuePartition? _here;
    private PartitionEpoch _owner = new(number, 0);
    private bool _reporting;

    /// <inheritdoc/>
    public PartitionEpoch Owner
    {
        get
        {
            lock (_lock)
            {
                return _here?.Owner ?? _owner;
            }
        }
    }

    /// <summary>Gets whether every end was reported.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (_lock)
            {
                return _ended.Count == 0 && !_reporting;
            }
        }
    }

    /// <summary>The partition is here now.</summary>
    public void Attach(QueuePartition partition)
    {
        lock (_lock)
        {
            _here = partition;
        }
    }

    /// <summary>The partition goes away: its attempts here go on, and report to whoever owns it next.</summary>
    public void Detach(QueuePartition partition)
    {
        lock (_lock)
        {
            if (_here != partition)
            {
                return;
            }

            _owner = partition.Owner;
            _here = null;
            foreach (var attempt in partition.Attempts().OfType<AttemptContext>())
            {
                if (_away.TryAdd(attempt.FencingToken, attempt) && attempt.IsOver)
                {
                    _ended.Enqueue(attempt);
                }
            }
        }

        Pump();
    }

    /// <summary>Attempts begin here that an owner elsewhere lent.</summary>
    public void Borrow(PartitionEpoch owner, List<AttemptContext> attempts)
    {
        lock (_lock)
        {
            _owner = owner.Epoch > _owner.Epoch ? owner : _owner;
            foreach (var attempt in attempts)
            {
                _away.TryAdd(attempt.FencingToken, attempt);
            }
        }
    }

    /// <summary>Gets the attempts whose owner is elsewhere.</summary>
    public List<AttemptContext> Away()
    {
        lock (_lock)
        {
            return [.. _away.Values];
        }
    }

    /// <inheritdoc/>
    public void OnEnded(AttemptContext attempt)
    {
        handlers.Return(attempt.Registration);
        PassOn(attempt);
    }

    private void PassOn(AttemptContext attempt)
    {
        lock (_lock)
        {
            if (_here is { } here && !_away.ContainsKey(attempt.FencingToken))
            {
                here.OnEnded(attempt);
                return;
            }

            // Maybe it ended while its partition was going away.
            _away.TryAdd(attempt.FencingToken, attempt);
            _ended.Enqueue(attempt);
        }

        Pump();
    }

    /// <inheritdoc/>
    public void OnEnded(List<AttemptContext> attempts)
    {
        foreach (var attempt in attempts)
        {
            handlers.Return(attempt.Registration);
        }

        lock (_lock)
        {
            if (_away.Count == 0 && _here is { } here)
            {
                here.OnEnded(attempts);
                return;
            }
        }

        attempts.ForEach(PassOn);
    }

    /// <summary>An owner elsewhere wants an attempt to stop.</summary>
    public void Stop(StopMessage message)
    {
        AttemptContext? attempt;
        lock (_lock)
        {
            attempt = _away.GetValueOrDefault(message.Token);
        }

        attempt?.RequestStop(message.Reason, message.Request);
        if (message.Abandon)
        {
            attempt?.Abandon();
        }
    }

    /// <summary>A new owner asks for attempts. From now on they report to it.</summary>
    public List<AttemptReport> Ask(AskMessage message)
    {
        var reports = new List<AttemptReport>();
        lock (_lock)
        {
            if (message.Owner.Epoch > _owner.Epoch)
            {
                _owner = message.Owner;
            }

            // Whoever owned the partition here before has lost it to the one that asks.
            if (_here is { } here && here.Owner.Epoch < message.Owner.Epoch)
            {
                foreach (var attempt in here.Attempts().OfType<AttemptContext>())
                {
                    _away.TryAdd(attempt.FencingToken, attempt);
                }
            }

            foreach (var token in message.Tokens)
            {
                if (_away.TryGetValue(token, out var attempt))
                {
                    reports.Add(Report(attempt));
                }
            }
        }

        return reports;
    }

    private static AttemptReport Report(AttemptContext attempt) => new(attempt.FencingToken, attempt.Outcome, attempt.EndedAt);

    private void Pump()
    {
        lock (_lock)
        {
            if (_reporting || _ended.Count == 0)
            {
                return;
            }

            _reporting = true;
        }

        _ = scheduler.Run(PumpAsync);
    }

    private async Task PumpAsync()
    {
        var backOff = FirstBackOff;
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                await report(new ReportMessage(worker, batch.ConvertAll(Report)));
                Heard(batch);
                backOff = FirstBackOff;
            }
            catch (Exception exception)
            {
                // The partition is between two owners, or its owner cannot be reached. The next owner asks for what it misses.
                if (backOff == LongestBackOff)
                {
                    LogUnheard(batch.Count, number, exception.Message);
                }

                await Task.Delay(backOff, clock);
                backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            }
        }
    }

    private List<AttemptContext>? Next()
    {
        lock (_lock)
        {
            if (_ended.Count == 0)
            {
                _reporting = false;
                return null;
            }

            return [.. _ended.Take(Batch)];
        }
    }

    private void Heard(List<AttemptContext> batch)
    {
        lock (_lock)
        {
            foreach (var attempt in batch)
            {
                _ended.Dequeue();
                _away.Remove(attempt.FencingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} ended attempts of partition {Partition} wait to be reported to its owner: {Problem}")]
    private partial void LogUnheard(int count, int partition, string problem);
}
