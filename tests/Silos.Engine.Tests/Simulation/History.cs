using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Engine.Tests.Simulation;

/// <summary>What befalls a world, drawn from its seed.</summary>
internal sealed class History(SimulatedWorld world)
{
    private const string Throwaway = "throwaway";

    private readonly List<RunId> _asked = [];

    private InMemoryStore Relay => new(world.Database);

    /// <summary>Runs a seed to its end; throws when a promise is broken.</summary>
    public void Run()
    {
        world.Start();
        world.Settle();
        foreach (var job in world.Jobs)
        {
            world.Caller.Insist(client => client.RegisterAsync(TenantId.Default, job, "api", CancellationToken.None));
        }

        world.Advance(TimeSpan.FromMilliseconds(world.Draw(0, 3_000)));
        var sites = InMemoryStore.WriteSites;
        var aimed = world.Draw(0, 8);
        for (var step = 0; step < 10; step++)
        {
            if (world.Alive.Count == 0)
            {
                world.Start();
                world.Settle();
            }

            world.Caller.Repeat();
            if (step == aimed)
            {
                Crash(sites[world.Seed % sites.Count]);
            }
            else
            {
                Act(world.Draw(20));
            }

            if (world.Chance(0.7))
            {
                world.Advance(TimeSpan.FromMilliseconds(world.Chance(0.2) ? world.Draw(0, 20_000) : world.Draw(0, 3_000)));
            }
        }

        world.Finish();
    }

    private void Act(int action)
    {
        switch (action)
        {
            case 0 or 1 or 2 or 3 or 4:
                Enqueue();
                break;
            case 5:
                Crash(InMemoryStore.WriteSites[world.Draw(InMemoryStore.WriteSites.Count)]);
                break;
            case 6:
                world.KillAll();
                world.Advance(TimeSpan.FromSeconds(world.Draw(0, 30)));
                break;
            case 7 or 8:
                TwoOwners();
                break;
            case 9:
                world.Jump(TimeSpan.FromMilliseconds(world.Chance(0.1) ? world.Draw(-7_200_000, 7_200_000) : world.Draw(-90_000, 120_000)));
                break;
            case 10 or 11:
                world.Weather = world.Weather == Weather.Fine
                    ? new Weather(world.Chance(0.6) ? 0.15 : 0, world.Chance(0.5) ? 0.15 : 0)
                    : Weather.Fine;
                break;
            case 12 or 13:
                Late();
                break;
            case 14:
                Cancel();
                break;
            case 15:
                PauseOrResume();
                break;
            case 16:
                Trigger();
                break;
            case 17:
                Provoke(InMemoryStore.WriteSites[world.Draw(InMemoryStore.WriteSites.Count)]);
                break;
            default:
                world.Advance(TimeSpan.FromMilliseconds(world.Draw(0, 10_000)));
                break;
        }
    }

    private RunRequest NewRequest() => new()
    {
        Handler = SimulatedHandlers.Keys[world.Draw(SimulatedHandlers.Keys.Length)],
        Queue = QueueName.Parse(world.Chance(0.7) ? "default" : "other"),
        Priority = world.Draw(-1, 2),
        Delay = world.Chance(0.2) ? TimeSpan.FromMilliseconds(world.Draw(1, 10_000)) : null,
        Retry = new RetryPolicy { MaxAttempts = world.Draw(1, 5), MaxInterval = TimeSpan.FromSeconds(5) },
        IdempotencyKey = world.Chance(0.2) ? $"key-{world.Draw(2)}" : null,
        IdempotencyWindow = TimeSpan.FromSeconds(world.Draw(1, 60)),
        OnDuplicate = (DuplicateMode)(2 * world.Draw(2)),
        ConcurrencyKey = world.Chance(0.1) ? "one" : null,
    };

    private void Enqueue()
    {
        for (var i = world.Draw(1, 5); i > 0; i--)
        {
            _asked.Add(world.Caller.Enqueue(NewRequest()));
        }
    }

    private void Crash(string site)
    {
        if (site == "runs.open")
        {
            world.KillAll();
            world.Start(site);
            world.Settle();
            return;
        }

        if (world.AnyUp() is { } process)
        {
            process.CrashAt = site;
            process.CrashesAfter = world.Chance(0.5);
            Provoke(site);
            process.CrashAt = null;
        }
    }

    /// <summary>Does what leads to a call.</summary>
    private void Provoke(string site)
    {
        var caller = world.Caller;
        var job = world.Jobs[0];
        switch (site)
        {
            case "jobs.save":
                Touch(job);
                break;
            case "jobs.save_many":
                var file = new JobDefinition { Name = JobName.Parse(Throwaway), Handler = "quick", Description = $"at {world.Draw(1_000_000)}" };
                caller.Ask(client => client.ApplyAsync(TenantId.Default, [file], "file", world.Chance(0.5), false, CancellationToken.None));
                break;
            case "jobs.delete":
                var gone = new JobDefinition { Name = JobName.Parse(Throwaway), Handler = "quick" };
                caller.Ask(async client =>
                {
                    await client.RegisterAsync(TenantId.Default, gone, "api", CancellationToken.None);
                    await client.DeleteAsync(new JobKey(TenantId.Default, gone.Name), CancellationToken.None);
                });
                break;
            case "jobs.plan":
                Trigger();
                break;
            case "jobs.prune" or "reader.prune":
                world.Advance(TimeSpan.FromSeconds(25));
                break;
            case "runs.renew":
                world.Advance(TimeSpan.FromSeconds(6));
                break;
            case "runs.release":
                world.AnyUp()?.Stop();
                world.Advance(TimeSpan.FromSeconds(6));
                break;
            case "runs.promote":
                _asked.Add(caller.Enqueue(NewRequest() with { Delay = TimeSpan.FromMilliseconds(500) }));
                break;
            case "runs.post":
                var ids = (First: RunId.New(world.Clock.Now()), Second: RunId.New(world.Clock.Now()));
                var first = NewRequest() with { Queue = QueueName.Default, Id = ids.First };
                var second = NewRequest() with { Queue = QueueName.Parse("other"), Id = ids.Second };
                caller.Insist(async client => world.Acknowledged.UnionWith(
                    (await client.EnqueueManyAsync([first, second], CancellationToken.None)).Select(outcome => outcome.Id)));
                break;
            case "runs.request_cancel":
                _asked.Add(caller.Enqueue(NewRequest() with { Handler = "slow" }));
                world.Settle();
                Cancel();
                break;
            case "journal.append":
                _asked.Add(caller.Enqueue(NewRequest() with { Handler = "steps" }));
                break;
            case "settings.save":
                var queue = new QueueKey(TenantId.Default, QueueName.Parse(world.Chance(0.5) ? "default" : "other"));
                caller.Ask(client => client.PauseQueueAsync(queue, "sim", null, CancellationToken.None));
                caller.Ask(client => client.ResumeQueueAsync(queue, "sim", CancellationToken.None));
                caller.Ask(client => client.SetQueueLimitsAsync(
                    queue, new QueueLimits { MaxConcurrency = world.Chance(0.5) ? 1 : null }, CancellationToken.None));
                break;
            default:
                Enqueue();
                break;
        }

        world.Advance(TimeSpan.FromMilliseconds(world.Draw(0, 2_000)));
    }

    /// <summary>
    /// Stops a process in the middle of what it does, cuts its hold on the database, starts another over the same partitions, and
    /// lets the first go on with its old epoch and its old versions, not knowing that it owns nothing.
    /// </summary>
    private void TwoOwners()
    {
        if (world.Alive.Count != 1 || world.AnyUp() is not { } first)
        {
            return;
        }

        Enqueue();
        if (world.Chance(0.5))
        {
            Trigger();
        }

        Change();

        if (world.Chance(0.7))
        {
            var next = world.Clock.NextTimer ?? TimeSpan.Zero;
            world.Clock.Advance(next < TimeSpan.FromSeconds(2) ? next : TimeSpan.Zero);
        }

        for (var steps = world.Draw(120); steps > 0 && world.StepAny(); steps--)
        {
        }

        first.IsFrozen = true;
        first.LoseHold();
        var second = world.Start();
        var until = world.Draw(400);
        for (var steps = 0; steps < until && world.StepAny(); steps++)
        {
        }

        if (world.Chance(0.7))
        {
            world.Advance(TimeSpan.FromMilliseconds(world.Draw(0, 8_000)));
            world.Caller.Repeat();
            Enqueue();
            Change();
            for (var steps = world.Draw(60); steps > 0 && world.StepAny(); steps--)
            {
            }
        }

        first.IsFrozen = false;
        world.Advance(TimeSpan.FromMilliseconds(world.Draw(0, 4_000)));
        (world.Chance(0.8) ? first : second).Kill();
    }

    /// <summary>
    /// A worker that was given up reports late, and the present owner passes it on under its own epoch: the token alone decides. An
    /// entry for the journal comes late as well, under the epoch of its time.
    /// </summary>
    private void Late()
    {
        foreach (var effect in world.Handlers.Effects.TakeLast(40))
        {
            if (!world.Database.Live.TryGetValue(effect.Run, out var row) || row.InInbox || row.Request.Id != effect.Run)
            {
                continue;
            }

            var owner = new PartitionEpoch(row.Request.Partition, world.Database.Partitions[row.Request.Partition].Epoch);
            if (row.Token >= effect.Token)
            {
                Refused(Pass(new PartitionCommit { Owner = owner, Now = world.Clock.Now(), Finished = [Finished(effect)] }), "end");
                Refused(Pass(new PartitionCommit { Owner = owner, Now = world.Clock.Now(), Requeued = [Requeued(effect)] }), "requeue");
                Refused(Write(new JournalEntry(owner, row.Request.Tenant, effect.Run, effect.Token) { Progress = 99 }), "journal entry");
            }
            else if (owner.Epoch > 1)
            {
                var before = owner with { Epoch = owner.Epoch - 1 };
                Refused(Write(new JournalEntry(before, row.Request.Tenant, effect.Run, effect.Token) { Progress = 99 }), "journal entry of an old epoch");
            }

            void Refused(bool refused, string what)
            {
                if (!refused)
                {
                    throw new SimulationException($"a late {what} of run {effect.Run} with token {effect.Token} was let in; closed is {row.Token}");
                }
            }
        }
    }

    private bool Pass(PartitionCommit commit) =>
        Relay.Runs.CommitAsync(commit, CancellationToken.None).AsTask().GetAwaiter().GetResult().Refused.Count == 1;

    private bool Write(JournalEntry entry) =>
        Relay.Journal.AppendAsync([entry], CancellationToken.None).AsTask().GetAwaiter().GetResult().Count == 1;

    private FinishedRun Finished(Effect effect) => new()
    {
        Run = effect.Run,
        Token = effect.Token,
        State = RunState.Completed,
        Attempts = 1,
        StartedAt = world.Clock.Now(),
        EndedAt = world.Clock.Now(),
        Worker = effect.Process,
        Outcome = "completed",
    };

    private RequeuedRun Requeued(Effect effect) => new()
    {
        Run = effect.Run,
        Token = effect.Token,
        State = RunState.Queued,
        DueAt = world.Clock.Now(),
        Attempts = 1,
        StartedAt = world.Clock.Now(),
        EndedAt = world.Clock.Now(),
        Worker = effect.Process,
        Outcome = "retry",
    };

    private void Cancel()
    {
        if (_asked.Count > 0)
        {
            var run = _asked[world.Chance(0.5) ? _asked.Count - 1 : world.Draw(_asked.Count)];
            var request = new CancelRequest("sim", null, world.Clock.Now(), world.Chance(0.3));
            world.Caller.Ask(client => client.CancelAsync(TenantId.Default, run, request, CancellationToken.None));
        }
    }

    private void PauseOrResume()
    {
        var job = new JobKey(TenantId.Default, world.Jobs[world.Draw(world.Jobs.Count)].Name);
        var what = world.Draw(6);
        world.Caller.Ask(client => what switch
        {
            0 or 1 => client.PauseAsync(job, "sim", null, CancellationToken.None),
            2 or 3 => client.ResumeAsync(job, "sim", null, CancellationToken.None),
            4 => client.PauseAllAsync(null, "sim", null, CancellationToken.None),
            _ => client.ResumeAllAsync(null, "sim", CancellationToken.None),
        });
    }

    /// <summary>Changes a job's row without a plan, sometimes.</summary>
    private void Change()
    {
        if (world.Chance(0.3))
        {
            PauseOrResume();
        }
        else if (world.Chance(0.5))
        {
            Touch(world.Jobs[0]);
        }
    }

    private void Touch(JobDefinition job)
    {
        var touched = job with { Description = $"at {world.Draw(1_000_000)}" };
        world.Caller.Ask(client => client.RegisterAsync(TenantId.Default, touched, "api", CancellationToken.None));
    }

    private void Trigger()
    {
        var job = new JobKey(TenantId.Default, world.Jobs[world.Draw(world.Jobs.Count)].Name);
        var id = RunId.New(world.Clock.Now());
        var options = new TriggerOptions { Id = id, Overlap = world.Chance(0.5) ? OverlapMode.QueueAll : null };
        world.Caller.Ask(async client => world.Acknowledged.Add(await client.TriggerAsync(job, options, CancellationToken.None)));
    }
}
