using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Engine.Tests;

/// <summary>Both halves, put together by AddSilos as a host does it.</summary>
public sealed class EndToEndTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 30, TimeSpan.Zero));
    private DeterministicScheduler _scheduler = new(11);
    private readonly InMemoryStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private ServiceProvider Compose(Action<ISilosBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeyedSingleton<TimeProvider>(SilosClock.Key, _clock);
        services.AddSingleton(new EngineScheduler { TaskScheduler = _scheduler, Draw = _scheduler.Draw });
        services.AddSingleton<ISilosStore>(_store);
        services.AddSilos(configure);
        return services.BuildServiceProvider();
    }

    private void Do(Func<Task> work)
    {
        var task = _scheduler.Run(work);
        _scheduler.RunUntilIdle();
        for (var i = 0; i < 10_000 && !task.IsCompleted && _clock.NextTimer is { } next; i++)
        {
            _clock.Advance(next);
            _scheduler.RunUntilIdle();
        }

        Assert.True(task.IsCompleted, "It has not ended, and nothing moves any more.");
        task.GetAwaiter().GetResult();
    }

    private void Advance(TimeSpan by)
    {
        while (_clock.NextTimer is { } next && next <= by)
        {
            _clock.Advance(next);
            by -= next;
            _scheduler.RunUntilIdle();
        }

        _clock.Advance(by);
        _scheduler.RunUntilIdle();
    }

    [Fact]
    public void When_a_pause_was_answered_nothing_starts_any_more()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            _scheduler = new DeterministicScheduler(seed);
            var ran = 0;
            using var provider = Compose(silos => silos.AddHandler("count", (_, _) =>
            {
                ran++;
                return Task.CompletedTask;
            }));
            var host = provider.GetServices<IHostedService>().Single(service => service is SilosHost);
            var client = provider.GetRequiredService<ISilosClient>();
            var queue = new QueueKey(TenantId.Default, QueueName.Parse($"q{seed}"));
            var pausedAt = -1;
            Do(async () =>
            {
                await host.StartAsync(CancellationToken.None);
                await client.EnqueueAsync(new RunRequest { Handler = "count", Queue = queue.Name }, CancellationToken.None);
                await client.PauseQueueAsync(queue, "ann", "maintenance", CancellationToken.None);
                pausedAt = ran;
                await client.EnqueueAsync(new RunRequest { Handler = "count", Queue = queue.Name }, CancellationToken.None);
            });
            Assert.InRange(ran, pausedAt, 1);

            Do(() => client.ResumeQueueAsync(queue, "ann", CancellationToken.None));
            _scheduler.RunUntilIdle();
            Assert.Equal(2, ran);
            Do(() => host.StopAsync(CancellationToken.None));
        }
    }

    [Fact]
    public void A_job_registered_in_code_runs_every_minute_and_is_recorded()
    {
        var ran = new List<DateTimeOffset>();
        using var provider = Compose(silos => silos.AddJob(
            "tick",
            (context, _) =>
            {
                ran.Add(context.DueAt);
                context.Log.Log(Microsoft.Extensions.Logging.LogLevel.Information, default, "tock", null, (text, _) => text);
                return Task.CompletedTask;
            },
            job => job.Cron("* * * * *")));
        var host = provider.GetServices<IHostedService>().Single(service => service is SilosHost);
        Do(() => host.StartAsync(CancellationToken.None));
        Advance(TimeSpan.FromMinutes(3));
        var eight = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        Assert.Equal([eight.AddMinutes(1), eight.AddMinutes(2), eight.AddMinutes(3)], ran);

        IReadOnlyList<Run> runs = [];
        IReadOnlyList<Occurrence> ledger = [];
        SilosHealth? health = null;
        Do(async () =>
        {
            runs = await _store.Reader.ListAsync(new RunQuery(TenantId.Default), CancellationToken.None);
            ledger = await _store.Jobs.ListOccurrencesAsync(
                new OccurrenceQuery(new JobKey(TenantId.Default, JobName.Parse("tick"))), CancellationToken.None);
            health = await provider.GetRequiredService<ISilosHealth>().CheckAsync(CancellationToken.None);
        });
        Assert.Equal(3, runs.Count);
        Assert.All(runs, run => Assert.Equal(RunState.Completed, run.State));
        Assert.All(ledger, occurrence => Assert.Equal(Verdict.Enqueued, occurrence.Verdict));
        Assert.Equal((true, true, true), (health!.IsReady, health.SchedulerRunning, health.Started));

        Do(() => host.StopAsync(CancellationToken.None));
        Do(async () => health = await provider.GetRequiredService<ISilosHealth>().CheckAsync(CancellationToken.None));
        Assert.Equal((false, false, true), (health!.IsReady, health.SchedulerRunning, health.Draining));
        Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(3, ran.Count);
    }

    [Fact]
    public void A_client_enqueues_waits_triggers_and_cancels()
    {
        using var provider = Compose(silos => silos
            .AddHandler("double", (context, _) =>
            {
                context.SetResult(context.Payload.As<int>() * 2);
                return Task.CompletedTask;
            })
            .AddJob("slow", (context, token) => Task.Delay(TimeSpan.FromMinutes(10), context.Clock, token)));
        var host = provider.GetServices<IHostedService>().Single(service => service is SilosHost);
        Do(() => host.StartAsync(CancellationToken.None));
        var client = provider.GetRequiredService<ISilosClient>();
        Do(async () =>
        {
            var enqueued = await client.EnqueueAsync(new RunRequest { Handler = "double", Payload = JsonText.From(21) }, CancellationToken.None);
            var run = await client.WaitAsync(TenantId.Default, enqueued.Id, CancellationToken.None);
            Assert.Equal((RunState.Completed, "42"), (run.State, run.Result?.Text));

            var job = new JobKey(TenantId.Default, JobName.Parse("slow"));
            var slow = await client.TriggerAsync(job, new TriggerOptions { By = "ann" }, CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(2), _clock);
            Assert.Equal(RunState.Running, (await client.GetRunAsync(TenantId.Default, slow, CancellationToken.None)).Run.State);
            Assert.True(await client.CancelAsync(TenantId.Default, slow, new CancelRequest("ann", "enough", _clock.Now()), CancellationToken.None));
            Assert.Equal(RunState.Cancelled, (await client.WaitAsync(TenantId.Default, slow, CancellationToken.None)).State);
            Assert.True(await client.IsHealthyAsync(CancellationToken.None));
        });
        Do(() => host.StopAsync(CancellationToken.None));
    }
}
