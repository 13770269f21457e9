using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Simulation;

/// <summary>Everything that one seed decides: a night, jobs, processes over one database, and what befalls them.</summary>
/// <remarks>
/// One thread does everything, one step of one process at a time; what comes next is drawn from the seed. So a seed is one
/// history, and the same again when it is run again.
/// </remarks>
internal sealed class SimulatedWorld
{
    private const int MostSteps = 2_000_000;

    private readonly Random _random;
    private readonly List<SimulatedProcess> _processes = [];
    private DateTimeOffset _latest;
    private string? _broken;
    private int _processCount;
    private long _steps;

    public SimulatedWorld(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        var (zone, start) = SimulatedJobs.Night(this);
        Clock = new ManualTimeProvider(start);
        _latest = start;
        Handlers = new SimulatedHandlers(this);
        Caller = new Caller(this);
        Audit = new WriteAudit(this);
        for (var i = Draw(1, 3); i > 0; i--)
        {
            Jobs.Add(SimulatedJobs.Draw(this, $"job-{i}", zone));
        }
    }

    public int Seed { get; }

    public InMemoryDatabase Database { get; } = new();

    public ManualTimeProvider Clock { get; }

    public SimulatedHandlers Handlers { get; }

    public Caller Caller { get; }

    public WriteAudit Audit { get; }

    public CrashCounts Crashes { get; } = new();

    public List<JobDefinition> Jobs { get; } = [];

    public HashSet<RunId> Acknowledged => Caller.Acknowledged;

    public Weather Weather { get; set; } = Weather.Fine;

    /// <summary>Gets the processes that have not ended.</summary>
    public IReadOnlyList<SimulatedProcess> Alive
    {
        get
        {
            _processes.RemoveAll(process => process.IsDead);
            return _processes;
        }
    }

    /// <summary>Gets what makes two histories the same.</summary>
    public string Fingerprint =>
        $"{_steps} steps, {Audit.Writes} writes, {Handlers.Effects.Count} effects, {Database.Finished.Count} runs, "
        + $"{Clock.GetUtcNow():O}, next {_random.Next()}; {Crashes}";

    public int Draw(int below) => _random.Next(below);

    public int Draw(int from, int below) => _random.Next(from, below);

    public bool Chance(double chance) => chance > 0 && _random.NextDouble() < chance;

    /// <summary>Notes that a promise was broken; the seed fails at its next step.</summary>
    public SimulationException Broken(string promise)
    {
        _broken ??= promise;
        return new SimulationException(promise);
    }

    public SimulatedProcess? AnyUp()
    {
        var up = _processes.FindAll(process => process.IsUp);
        return up.Count == 0 ? null : up[Draw(up.Count)];
    }

    /// <summary>Starts a process; it takes the database over if nobody holds it.</summary>
    public SimulatedProcess Start(string? crashAt = null)
    {
        var process = new SimulatedProcess(this, $"process-{++_processCount}", _random.Next())
        {
            CrashAt = crashAt,
            CrashesAfter = Chance(0.5),
        };
        _processes.Add(process);
        process.Start();
        return process;
    }

    /// <summary>Runs until nothing moves without time.</summary>
    public void Settle()
    {
        while (StepAny())
        {
        }
    }

    /// <summary>Does one step of any process; false if all wait.</summary>
    public bool StepAny()
    {
        var first = _processes.Count > 1 ? Draw(_processes.Count) : 0;
        for (var i = 0; i < _processes.Count; i++)
        {
            if (_processes[(first + i) % _processes.Count].Step())
            {
                if (_broken is not null)
                {
                    throw new SimulationException(_broken);
                }

                return ++_steps < MostSteps ? true : throw new SimulationException("the engine does not come to rest");
            }
        }

        return _broken is null ? false : throw new SimulationException(_broken);
    }

    /// <summary>Lets time pass, timer by timer.</summary>
    public void Advance(TimeSpan by)
    {
        Settle();
        while (Clock.NextTimer is { } next && next <= by)
        {
            Clock.Advance(next);
            by -= next;
            Settle();
        }

        Clock.Advance(by);
        Settle();
        _latest = Clock.GetUtcNow() > _latest ? Clock.GetUtcNow() : _latest;
    }

    /// <summary>Sets the clock.</summary>
    public void Jump(TimeSpan by)
    {
        Clock.SetUtcNow(Clock.GetUtcNow() + by);
        _latest = Clock.GetUtcNow() > _latest ? Clock.GetUtcNow() : _latest;
    }

    /// <summary>Heals everything, lets everything end, and checks what is left.</summary>
    public void Finish()
    {
        Weather = Weather.Fine;
        Clock.SetUtcNow(_latest + TimeSpan.FromSeconds(5));
        foreach (var process in Alive)
        {
            process.CrashAt = null;
            process.IsFrozen = false;
        }

        // Whoever is alive goes on, sometimes: a new process would hide what an old one has forgotten.
        if (Chance(0.5))
        {
            KillAll();
        }
        else if (Alive.Count > 1)
        {
            Advance(TimeSpan.FromSeconds(Draw(0, 3)));
            _processes[Draw(_processes.Count)].Kill();
        }

        Until(() => Caller.Repeat(), "callers are not answered");
        Caller.Insist(client => client.ResumeAllAsync(null, "sim", CancellationToken.None));
        foreach (var queue in new[] { "default", "other" })
        {
            Caller.Insist(client => client.ResumeQueueAsync(
                new QueueKey(TenantId.Default, QueueName.Parse(queue)), "sim", CancellationToken.None));
        }

        Until(() => Caller.Repeat(), "callers are not answered");
        foreach (var job in Database.Jobs.Keys)
        {
            Caller.Insist(client => client.ResumeAsync(job, "sim", null, CancellationToken.None));
        }

        Until(() => Caller.Repeat(), "callers are not answered");
        Advance(TimeSpan.FromSeconds(10));
        foreach (var job in Database.Jobs.Keys)
        {
            Caller.Insist(client => client.PauseAsync(job, "sim", "the end", CancellationToken.None));
        }

        Until(() => Caller.Repeat() && Database.Live.Count == 0, "runs do not end");
        Advance(TimeSpan.FromSeconds(1));
        new FinalChecks(this).Run();
    }

    public void KillAll()
    {
        foreach (var process in Alive.ToList())
        {
            process.Kill();
        }
    }

    private void Until(Func<bool> done, string otherwise)
    {
        for (var i = 0; !done(); i++)
        {
            if (i > 600)
            {
                var stuck = Database.Live.Values.Take(3).Select(row =>
                    $"{row.Request.Id} {row.Request.Handler} {row.State} inbox={row.InInbox} attempts={row.Attempts} losses={row.Losses} due={row.Request.DueAt:O}");
                throw new SimulationException($"{otherwise} ({Clock.GetUtcNow():O}): {string.Join("; ", stuck)}");
            }

            if (Alive.Count == 0)
            {
                Start();
            }

            Advance(TimeSpan.FromSeconds(2));
        }
    }
}
