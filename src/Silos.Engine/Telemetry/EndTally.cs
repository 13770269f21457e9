using Silos.Runs;

namespace Silos.Engine.Telemetry;

/// <summary>Counts ends of one commit before they are told: those that follow each other are mostly alike, so thousands cost a few calls.</summary>
internal struct EndTally
{
    private string? _handler;
    private string? _queue;
    private string? _outcome;
    private RunState? _state;
    private int _count;

    /// <summary>Adds an end.</summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">How its attempt ended; null if it never had one.</param>
    /// <param name="state">How the run ended; null if it waits again.</param>
    public void Add(NewRun run, string? outcome, RunState? state)
    {
        if (_count > 0 && (_state != state || _outcome != outcome || _handler != run.Handler || _queue != run.Queue.Value))
        {
            Flush();
        }

        (_handler, _queue, _outcome, _state) = (run.Handler, run.Queue.Value, outcome, state);
        _count++;
    }

    /// <summary>Tells what was counted.</summary>
    public void Flush()
    {
        if (_count == 0)
        {
            return;
        }

        if (_outcome is { } outcome)
        {
            SilosInstruments.OnAttemptsEnded(outcome, _count);
        }

        if (_state is { } state)
        {
            SilosInstruments.OnRunsEnded(_handler!, _queue!, state, _count);
        }

        _count = 0;
    }
}
