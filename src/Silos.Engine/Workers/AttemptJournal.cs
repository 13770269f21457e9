using Microsoft.Extensions.Logging;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Workers;

/// <summary>What an attempt has written and the store does not have yet: steps, progress, log lines. Bounded.</summary>
internal sealed class AttemptJournal(AttemptContext attempt, EngineOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<RunLogLine> _lines = [];
    private readonly List<RunStep> _steps = [];
    private List<TaskCompletionSource<bool>> _waiters = [];
    private long _characters;
    private long _sequence;
    private int _total;
    private bool _cut;
    private int? _progress;
    private string? _message;
    private bool _announced;

    public AttemptContext Attempt { get; } = attempt;

    /// <summary>Gets or sets the sequence number of the last line; null until it is known. The writer's own.</summary>
    public long? LastSequence { get; set; } = attempt.Pending.Token == 0 ? 0 : null;

    /// <summary>Adds a line; true if the writer has to be told that there is something.</summary>
    public bool Append(LogLevel level, string text, DateTimeOffset now)
    {
        var kept = RunError.Storable(text, 8_000) ?? string.Empty;
        lock (_lock)
        {
            if (_cut)
            {
                return false;
            }

            _total++;
            _characters += kept.Length;
            if (_total >= options.MaxLogLines || _characters > options.MaxLogCharacters)
            {
                _cut = true;
                level = LogLevel.Warning;
                kept = $"The log is cut here: an attempt may write {options.MaxLogLines} lines or {options.MaxLogCharacters} characters.";
            }

            _lines.Add(new RunLogLine(0, now, Word(level), kept, Attempt.Attempt));
            return Announce();
        }
    }

    /// <summary>Replaces the progress; true if the writer has to be told that there is something.</summary>
    public bool Report(int percent, string? message)
    {
        lock (_lock)
        {
            _progress = percent;
            _message = message;
            return Announce();
        }
    }

    /// <summary>Adds a step and waits until it is stored; true if the writer has to be told that there is something.</summary>
    public bool Step(RunStep step, TaskCompletionSource<bool> waiter)
    {
        lock (_lock)
        {
            _steps.RemoveAll(other => other.Name == step.Name);
            _steps.Add(step);
            _waiters.Add(waiter);
            return Announce();
        }
    }

    /// <summary>Waits until everything so far is stored; true if the writer has to be told.</summary>
    public bool Wait(TaskCompletionSource<bool> waiter)
    {
        lock (_lock)
        {
            _waiters.Add(waiter);
            return Announce();
        }
    }

    /// <summary>Takes what there is to write; null if there is nothing.</summary>
    public JournalEntry? Take(PartitionEpoch owner, out List<TaskCompletionSource<bool>> waiters)
    {
        lock (_lock)
        {
            _announced = false;
            waiters = _waiters;
            _waiters = [];
            if (_lines.Count == 0 && _steps.Count == 0 && _progress is null)
            {
                return null;
            }

            var lines = _lines.ToArray();
            for (var i = 0; i < lines.Length; i++)
            {
                lines[i] = lines[i].Sequence > 0 ? lines[i] : lines[i] with { Sequence = ++_sequence };
            }

            var entry = new JournalEntry(owner, Attempt.Tenant, Attempt.RunId, Attempt.FencingToken)
            {
                Log = lines,
                Steps = _steps.ToArray(),
                Progress = _progress,
                ProgressMessage = _message,
            };
            _lines.Clear();
            _steps.Clear();
            _progress = null;
            _message = null;
            return entry;
        }
    }

    /// <summary>Puts back what could not be written, before what came since. Steps are not: whoever waits for them is told.</summary>
    public void Return(JournalEntry entry)
    {
        lock (_lock)
        {
            _lines.InsertRange(0, entry.Log);
            if (_progress is null)
            {
                _progress = entry.Progress;
                _message = entry.ProgressMessage;
            }
        }
    }

    /// <summary>Sets the number from which lines are counted.</summary>
    public void Begin(long last)
    {
        lock (_lock)
        {
            LastSequence = last;
            _sequence = last;
        }
    }

    /// <summary>Tells those who wait that writing failed; true if there is something left to write, which counts as announced.</summary>
    public bool Fail(Exception exception)
    {
        lock (_lock)
        {
            foreach (var waiter in _waiters)
            {
                waiter.TrySetException(exception);
            }

            _waiters = [];
            _announced = _lines.Count > 0 || _progress is not null;
            return _announced;
        }
    }

    private bool Announce()
    {
        var told = _announced;
        _announced = true;
        return !told;
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
