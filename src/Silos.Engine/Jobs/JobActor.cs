using Microsoft.Extensions.Logging;
using Silos.Engine.Telemetry;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>One job: everything that people and clocks want of it, one thing after the other.</summary>
/// <remarks>
/// The row is the truth. A command reads it, decides, and writes on the condition that nobody else wrote in between;
/// if somebody did, it decides anew from what they wrote. Commands stand in a line only so that those of one process do
/// not overtake each other for nothing: the version makes it correct, with two actors of one job as well.
/// </remarks>
internal sealed partial class JobActor(JobKey key, JobServicesOfActor services)
{
    private const int Tries = 20;

    private readonly Lock _lock = new();
    private readonly Queue<Func<Task>> _commands = new();
    private bool _working;

    /// <summary>Gets the job's address.</summary>
    public JobKey Key { get; } = key;

    private IJobStore Store => services.Store.Jobs;

    private ILogger Logger => services.Logger;

    /// <summary>Stops the job from falling due. What fell due before is decided first; the first author and reason stay.</summary>
    public Task<Job> PauseAsync(string by, string? reason, CancellationToken cancellationToken) => ChangeAsync(
        async job =>
        {
            if (job.Pause is not null)
            {
                return job;
            }

            var now = services.Now;
            var settled = await SettleAsync(job, now, cancellationToken);
            if (settled is null || settled.Pause is not null)
            {
                return settled;
            }

            var saved = await SaveAsync(
                settled with { Pause = new Pause(by, reason, now), UpdatedAt = now, NextDue = null }, cancellationToken);
            if (saved is not null)
            {
                JobLog.Paused(Logger, Key, by, reason ?? string.Empty);
            }

            return saved;
        },
        cancellationToken);

    /// <summary>
    /// Lets the job fall due again; the catch-up policy decides about the paused time before the pause is taken away, and
    /// failures are counted anew. Who resumed it and why is told in the log; the row keeps only who paused it.
    /// </summary>
    public Task<Job> ResumeAsync(string by, string? reason, CancellationToken cancellationToken) => ChangeAsync(
        async job =>
        {
            if (job.Pause is null)
            {
                return job;
            }

            var now = services.Now;
            var settled = job;
            if (job.Definition.Enabled)
            {
                settled = await SettleAsync(
                    job, now, cancellationToken, paused => paused with { Pause = null, ConsecutiveFailures = 0 }, [new PausedTime(job.Cursor, now)]);
            }

            if (settled is null)
            {
                return null;
            }

            var resumed = settled with { Pause = null, UpdatedAt = now };
            var saved = await SaveAsync(resumed with { NextDue = services.Planner.NextDue(resumed) }, cancellationToken);
            if (saved is not null)
            {
                JobLog.Resumed(Logger, Key, by, reason ?? string.Empty);
            }

            return saved;
        },
        cancellationToken);

    /// <summary>Deletes the job, its ledger and the history of its definitions.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            for (var tries = 0; tries < Tries; tries++)
            {
                var job = await FindAsync(cancellationToken);
                if (await Store.TryDeleteAsync(Key, job.Version, cancellationToken))
                {
                    await services.Startups.ForgetAsync(Key, cancellationToken);
                    JobLog.Deleted(Logger, Key);
                    return true;
                }
            }

            throw TooBusy();
        },
        cancellationToken);

    /// <summary>
    /// Writes plans until everything up to <paramref name="now"/> is decided, and reads the job as it is then. Null when
    /// another writer was faster: read and decide anew.
    /// </summary>
    private async Task<Job?> SettleAsync(
        Job job,
        DateTimeOffset now,
        CancellationToken cancellationToken,
        Func<Job, Job>? seenAs = null,
        IReadOnlyList<PausedTime>? paused = null,
        CatchUpMode? catchUp = null)
    {
        while (true)
        {
            var seen = seenAs is null ? job : seenAs(job);
            var facts = services.Planner.Facts(seen, now);
            facts = facts with
            {
                Suspended = facts.Suspended && catchUp is null,
                Paused = paused is null ? facts.Paused : [.. facts.Paused, .. paused],
                CatchUp = catchUp,
            };
            var planned = await services.Planner.DecideAsync(seen, facts, cancellationToken);
            if (!planned.IsWorthWriting)
            {
                return job;
            }

            var outcome = await services.Writer.WriteAsync(planned.Plan, cancellationToken);
            if (!outcome.Applied)
            {
                Overtaken(job);
                return null;
            }

            services.Report.Planned(planned, outcome);
            if (await Store.FindAsync(Key, cancellationToken) is not { } written)
            {
                return null;
            }

            job = written;
            if (!planned.HasMore)
            {
                return job;
            }
        }
    }

    /// <summary>Reads, decides and writes until nobody was faster.</summary>
    private Task<Job> ChangeAsync(Func<Job, Task<Job?>> change, CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            for (var tries = 0; tries < Tries; tries++)
            {
                if (await change(await FindAsync(cancellationToken)) is { } changed)
                {
                    services.Report.Changed(changed);
                    return changed;
                }
            }

            throw TooBusy();
        },
        cancellationToken);

    private async Task<Job> FindAsync(CancellationToken cancellationToken) =>
        await Store.FindAsync(Key, cancellationToken) ?? throw new NotFoundException("job", Key.Name.Value);

    private async Task<Job?> SaveAsync(Job job, CancellationToken cancellationToken, string? definedBy = null)
    {
        var saved = await Store.TrySaveAsync(job, definedBy, cancellationToken);
        if (saved is null)
        {
            Overtaken(job);
        }

        return saved;
    }

    private void Overtaken(Job job)
    {
        JobLog.Overtaken(Logger, Key, job.Version);
        SilosInstruments.OnRefused(SilosInstruments.Version);
    }

    private ConflictException TooBusy() => new($"Job '{Key.Name}' is being changed by others all the time; try again.");

    /// <summary>Puts a command into the line.</summary>
    private Task<T> DoAsync<T>(Func<Task<T>> command, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool start;
        lock (_lock)
        {
            _commands.Enqueue(async () =>
            {
                try
                {
                    done.SetResult(await command());
                }
                catch (OperationCanceledException exception)
                {
                    done.TrySetCanceled(exception.CancellationToken);
                }
                catch (Exception exception)
                {
                    done.TrySetException(exception);
                }
            });
            start = !_working;
            _working = true;
        }

        if (start)
        {
            _ = services.Scheduler.Run(WorkAsync);
        }

        return done.Task.WaitAsync(cancellationToken);
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            Func<Task> command;
            lock (_lock)
            {
                if (!_commands.TryDequeue(out command!))
                {
                    _working = false;
                    return;
                }
            }

            await command();
        }
    }
}
