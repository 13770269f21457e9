using Microsoft.Extensions.DependencyInjection;
using Silos.Engine.Duties;
using Silos.Jobs;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Tests.Queues;

public sealed class RetentionTests
{
    private static Job JobWith(Engine engine, string name, KeepPolicy keep, string tenant = "default") => new()
    {
        Key = new JobKey(TenantId.Parse(tenant), JobName.Parse(name)),
        Definition = new JobDefinition { Name = JobName.Parse(name), Handler = "ok", Keep = keep },
        Source = "code",
        CreatedAt = engine.Clock.Now(),
        UpdatedAt = engine.Clock.Now(),
        Cursor = engine.Clock.Now(),
    };

    private static int Prune(Engine engine)
    {
        var janitor = engine.Provider.GetRequiredService<RunJanitor>();
        var rounds = 1;
        while (engine.Get(() => janitor.RunOnceAsync(CancellationToken.None)))
        {
            rounds++;
        }

        return rounds;
    }

    private static long Count(Engine engine) =>
        engine.Get(() => engine.Store.Reader.CountAsync(TenantId.Default, null, CancellationToken.None).AsTask());

    [Fact]
    public void Finished_runs_go_when_their_time_is_over_and_errors_stay_longer()
    {
        using var engine = new Engine()
            .Handle("ok", (_, _) => Task.CompletedTask)
            .Handle("bad", (_, _) => throw new NonRetryableException("no"))
            .Start();
        engine.Enqueue("ok");
        var bad = engine.Enqueue("bad");
        var waiting = engine.Enqueue("ok", run => run with { DueAt = engine.Clock.Now().AddDays(400) });
        engine.Settle();
        engine.Clock.SetUtcNow(engine.Clock.Now().AddDays(6));
        Prune(engine);
        Assert.Equal(3, Count(engine));
        engine.Clock.SetUtcNow(engine.Clock.Now().AddDays(2));
        Prune(engine);
        Assert.Equal(2, Count(engine));
        Assert.Equal(RunState.Failed, engine.Read(bad).State);
        engine.Clock.SetUtcNow(engine.Clock.Now().AddDays(30));
        Prune(engine);
        Assert.Equal(1, Count(engine));
        Assert.Equal(RunState.Scheduled, engine.Read(waiting).State);
    }

    [Fact]
    public void A_job_keeps_its_runs_as_it_says_and_others_are_not_touched()
    {
        using var engine = new Engine().Handle("ok", (_, _) => Task.CompletedTask).Start();
        engine.Do(async () =>
        {
            Assert.NotNull(await engine.Store.Jobs.TrySaveAsync(JobWith(engine, "brief", new KeepPolicy { Completed = TimeSpan.FromHours(1) }), CancellationToken.None));
            Assert.NotNull(await engine.Store.Jobs.TrySaveAsync(JobWith(engine, "few", new KeepPolicy { MaxRuns = 2 }), CancellationToken.None));
        });
        foreach (var job in new[] { "brief", "few", "few", "few", "few" })
        {
            engine.Enqueue("ok", run => run with { Job = JobName.Parse(job) });
        }

        var oneOff = engine.Enqueue("ok");
        engine.Settle();
        engine.Clock.SetUtcNow(engine.Clock.Now().AddHours(2));
        Prune(engine);
        Assert.Equal(3, Count(engine));
        Assert.Equal(RunState.Completed, engine.Read(oneOff).State);
    }

    [Fact]
    public void A_job_of_any_tenant_keeps_its_runs_as_it_says()
    {
        var acme = TenantId.Parse("acme");
        using var engine = new Engine().Handle("ok", (_, _) => Task.CompletedTask).Start();
        engine.Do(async () => Assert.NotNull(await engine.Store.Jobs.TrySaveAsync(
            JobWith(engine, "brief", new KeepPolicy { Completed = TimeSpan.FromHours(1) }, "acme"), CancellationToken.None)));
        engine.Enqueue("ok", run => run with { Tenant = acme, Job = JobName.Parse("brief") });
        engine.Enqueue("ok", run => run with { Tenant = acme });
        engine.Settle();
        engine.Clock.SetUtcNow(engine.Clock.Now().AddHours(2));
        Prune(engine);
        Assert.Equal(1, engine.Get(() => engine.Store.Reader.CountAsync(acme, null, CancellationToken.None).AsTask()));
    }

    [Fact]
    public void Idempotency_keys_go_when_their_window_is_over_however_many_they_are()
    {
        using var engine = new Engine().Handle("ok", (_, _) => Task.CompletedTask).Start();
        var until = engine.Clock.Now().AddMinutes(1);
        engine.Do(() => engine.Host.EnqueueAsync(
            [.. Enumerable.Range(0, 7_000).Select(i => engine.New("ok", run => run with { Unique = new Uniqueness($"k{i}", until, DuplicateMode.Reject) }))],
            false, CancellationToken.None).AsTask());
        engine.Settle();
        Prune(engine);
        Assert.Equal(0, engine.Get(() => engine.Store.Reader.PruneKeysAsync(engine.Clock.Now(), 1, CancellationToken.None).AsTask()));
        engine.Clock.SetUtcNow(until);
        Assert.Equal(2, Prune(engine));
        Assert.Equal(0, engine.Get(() => engine.Store.Reader.PruneKeysAsync(engine.Clock.Now(), 1, CancellationToken.None).AsTask()));
    }

    [Fact]
    public void Many_are_deleted_in_bounded_batches()
    {
        using var engine = new Engine().Handle("ok", (_, _) => Task.CompletedTask).Start();
        for (var i = 0; i < 3; i++)
        {
            engine.Do(() => engine.Host.EnqueueAsync([.. Enumerable.Range(0, 800).Select(_ => engine.New("ok"))], false, CancellationToken.None).AsTask());
        }

        engine.Settle();
        engine.Clock.SetUtcNow(engine.Clock.Now().AddDays(8));
        Assert.Equal(3, Prune(engine));
        Assert.Equal(0, Count(engine));
    }
}
