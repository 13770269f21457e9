using Microsoft.Extensions.Logging;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Workers;

/// <summary>Writes what attempts write while they run, many attempts at a time: steps at once, log lines and progress a little later.</summary>
internal sealed partial class JournalWriter : IDisposable
{
    // The end of an attempt waits for its log, but not for ever: its outcome is worth more than its last lines.
    private const int FlushTries = 3;

    private readonly IRunJournal _journal;
    private readonly EngineScheduler _scheduler;
    private readonly TimeProvider _clock;
    private readonly EngineOptions _options;
    private readonly ILogger<JournalWriter> _logger;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private List<AttemptJournal> _dirty = [];
    private bool _armed;
    private bool _pumping;
    private bool _again;
    private readonly StoreWatch _watch;
    private bool _failing;

    public JournalWriter(
        IRunJournal journal, EngineScheduler scheduler, TimeProvider clock, EngineOptions options, StoreWatch watch, ILogger<JournalWriter> logger)
    {
        _journal = journal;
        _scheduler = scheduler;
        _watch = watch;
        _clock = clock;
        _options = options;
        _logger = logger;
        _timer = clock.CreateTimer(
            static state => ((JournalWriter)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Says that an attempt has something to write; it is written within the journal's interval.</summary>
    public void Announce(AttemptJournal journal)
    {
        lock (_lock)
        {
            _dirty.Add(journal);
            if (_armed)
            {
                return;
            }

            _armed = true;
        }

        _timer.Change(_options.JournalInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes what an attempt has left to write; gives up, with a warning, when the store stays away.</summary>
    public async Task FlushAsync(AttemptJournal journal)
    {
        for (var tries = 1; ; tries++)
        {
            var waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            Urgent(journal, journal.Wait(waiter));
            try
            {
                await waiter.Task;
                return;
            }
            catch (UnavailableException exception)
            {
                if (tries == FlushTries || journal.Attempt.IsOver)
                {
                    LogLinesLost(journal.Attempt.RunId, exception.Message);
                    return;
                }
            }

            await Task.Delay(_options.JournalInterval, _clock);
        }
    }

    /// <summary>Stores a step before it returns.</summary>
    /// <exception cref="UnavailableException">It is not stored: the store is away, or the attempt does not count any more.</exception>
    public async Task WriteStepAsync(AttemptJournal journal, RunStep step)
    {
        var waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Urgent(journal, journal.Step(step, waiter));
        if (!await waiter.Task)
        {
            throw new UnavailableException($"Step '{step.Name}' was refused: another owner has the run now.");
        }
    }

    /// <summary>Reads the steps of earlier attempts.</summary>
    public ValueTask<IReadOnlyList<RunStep>> ReadStepsAsync(RunId run) => _journal.ReadStepsAsync(run, CancellationToken.None);

    public void Dispose() => _timer.Dispose();

    private void Urgent(AttemptJournal journal, bool unknown)
    {
        lock (_lock)
        {
            if (unknown)
            {
                _dirty.Add(journal);
            }
        }

        Kick();
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _armed = false;
        }

        Kick();
    }

    private void Kick()
    {
        lock (_lock)
        {
            _again = true;
            if (_pumping)
            {
                return;
            }

            _pumping = true;
        }

        _ = _scheduler.Run(PumpAsync);
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            List<AttemptJournal> dirty;
            lock (_lock)
            {
                // What was put back after a failure waits for the timer; only a call asks for another round now.
                if (!_again)
                {
                    _pumping = false;
                    return;
                }

                _again = false;
                dirty = _dirty;
                _dirty = [];
            }

            await WriteAsync(dirty);
        }
    }

    private async Task WriteAsync(List<AttemptJournal> dirty)
    {
        var entries = new List<(AttemptJournal Journal, JournalEntry Entry)>(dirty.Count);
        var waiters = new List<(RunId Run, TaskCompletionSource<bool> Waiter)>();
        var mark = _watch.Mark();
        try
        {
            foreach (var journal in dirty)
            {
                if (journal.LastSequence is null)
                {
                    journal.Begin(await _journal.LastSequenceAsync(journal.Attempt.RunId, CancellationToken.None));
                }
            }

            var unowned = new List<AttemptJournal>();
            foreach (var journal in dirty)
            {
                var owner = journal.Attempt.Owner.Owner;
                if (owner.Epoch == 0)
                {
                    // Nobody may write for the partition until it is open again, which is a matter of moments.
                    unowned.Add(journal);
                    continue;
                }

                if (journal.Take(owner, out var waiting) is { } entry)
                {
                    entries.Add((journal, entry));
                }

                foreach (var waiter in waiting)
                {
                    waiters.Add((journal.Attempt.RunId, waiter));
                }
            }

            PutBack(unowned, [], []);
            await AppendAsync(entries, waiters);
        }
        catch (Exception exception)
        {
            Failed(dirty, entries, waiters, exception, mark);
        }
    }

    private async Task AppendAsync(
        List<(AttemptJournal Journal, JournalEntry Entry)> entries, List<(RunId Run, TaskCompletionSource<bool> Waiter)> waiters)
    {
        IReadOnlyList<RunId> refused = [];
        if (entries.Count > 0)
        {
            try
            {
                refused = await _journal.AppendAsync(entries.ConvertAll(pair => pair.Entry), CancellationToken.None);
            }
            catch (Exception) when (entries.Count > 1)
            {
                await AppendSinglyAsync(entries, waiters);
                return;
            }
        }

        _failing = false;
        if (refused.Count > 0)
        {
            // The partition was opened again since its epoch was read: what the old one may not write, the new one may.
            var late = entries.FindAll(pair => refused.Contains(pair.Entry.Run) && pair.Journal.Attempt.Owner.Owner != pair.Entry.Owner);
            PutBack(late.ConvertAll(pair => pair.Journal), late, waiters.FindAll(waiter => late.Exists(pair => pair.Entry.Run == waiter.Run)));
        }

        foreach (var (run, waiter) in waiters)
        {
            waiter.TrySetResult(!refused.Contains(run));
        }
    }

    // What the store refuses of one attempt must not cost the others their lines. If the first ones fail alone too, it is away.
    private async Task AppendSinglyAsync(
        List<(AttemptJournal Journal, JournalEntry Entry)> entries, List<(RunId Run, TaskCompletionSource<bool> Waiter)> waiters)
    {
        var failures = 0;
        foreach (var pair in entries)
        {
            var mark = _watch.Mark();
            var own = waiters.FindAll(waiter => waiter.Run == pair.Entry.Run);
            try
            {
                if (failures >= FlushTries)
                {
                    throw new UnavailableException("The store is away.");
                }

                await AppendAsync([pair], own);
                failures = int.MinValue;
            }
            catch (Exception exception)
            {
                failures++;
                Failed([pair.Journal], [pair], own, exception, mark);
            }
        }

        foreach (var (_, waiter) in waiters)
        {
            // Waiters of attempts that had nothing to write.
            waiter.TrySetResult(true);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The last log lines of run {Run} are lost: {Reason}")]
    private partial void LogLinesLost(RunId run, string reason);

    [LoggerMessage(LogLevel.Warning, "The journal of {Attempts} attempts could not be written; it is tried again, and reported again only after it has worked")]
    private partial void LogAway(Exception exception, int attempts);
}
