using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Silos.Engine;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
using Silos.Workers;

namespace Silos.Testing;

/// <summary>
/// The whole of Silos in a test: the real engine on a store in memory and a clock that only the test moves. Add jobs,
/// advance the clock, verify. Nothing sleeps: every call returns when nothing moves any more without the test.
/// </summary>
/// <remarks>
/// A run is at rest while its handler waits for the clock (any timer of <see cref="JobContext.Clock"/> or of the container's
/// <see cref="TimeProvider"/>) or at a <see cref="TestGate"/>; other waits, such as a database, are waited for, at most
/// 30 seconds. Everything runs one at a time and in one order, and back-off has no jitter, so a test says exact instants.
/// </remarks>
public sealed class SilosTestHost : IAsyncDisposable
{
    private readonly Action<ISilosBuilder> _configure;
    private readonly KitWorld _world;
    private readonly InMemoryDatabase _database = new();
    private ServiceProvider? _services;

    private SilosTestHost(Action<ISilosBuilder> configure, ManualTimeProvider clock)
    {
        _configure = configure;
        _world = new KitWorld(clock);
    }

    /// <summary>Gets the clock, to read. To move it, use <see cref="AdvanceAsync"/>.</summary>
    public ManualTimeProvider Clock => _world.Clock;

    /// <summary>Gets the services of the host; a new container after <see cref="RestartAsync"/>.</summary>
    public IServiceProvider Services => _services ?? throw new InvalidOperationException("The host is not started.");

    /// <summary>Gets everything one can ask of Silos. After a call, <see cref="WaitUntilIdleAsync"/> waits for what follows from it.</summary>
    public ISilosClient Client => Services.GetRequiredService<ISilosClient>();

    private ISilosStore Store => Services.GetRequiredService<ISilosStore>();

    /// <summary>Starts a host: jobs are registered, start-up jobs have run.</summary>
    /// <param name="configure">Adds jobs, handlers and, by <see cref="ISilosBuilder.Services"/>, what they need.</param>
    /// <param name="now">What the clock shows. Default: 2026-01-01 12:00 UTC, a Thursday.</param>
    /// <exception cref="StartupException">A job is registered wrong; the message says which and why.</exception>
    public static async Task<SilosTestHost> StartAsync(Action<ISilosBuilder> configure, DateTimeOffset? now = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var host = new SilosTestHost(configure, now is { } instant ? new ManualTimeProvider(instant) : new ManualTimeProvider());
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return host;
    }

    /// <summary>Lets time pass; every job runs at its own instant on the way, and what it starts has come to rest before the next.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    public Task AdvanceAsync(TimeSpan by) => _world.AdvanceAsync(by);

    /// <summary>Lets time pass until an instant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant lies behind.</exception>
    public Task AdvanceToAsync(DateTimeOffset instant) => _world.AdvanceAsync(instant - Clock.GetUtcNow());

    /// <summary>Ends when every run has ended, waits its due time, or waits for the clock or a gate.</summary>
    public Task WaitUntilIdleAsync() => _world.SettleAsync();

    /// <summary>Asks for a run and waits until nothing moves any more.</summary>
    /// <param name="handler">The handler's key.</param>
    /// <param name="payload">What it is given.</param>
    /// <param name="change">Sets more, such as a delay or an idempotency key; null for nothing.</param>
    /// <exception cref="InvalidException">The request would be refused anywhere: unknown handler, a payload that its check refuses …</exception>
    public async Task<RunId> EnqueueAsync<TPayload>(string handler, TPayload payload, Func<RunRequest, RunRequest>? change = null)
    {
        var request = new RunRequest { Handler = handler, Payload = JsonText.From(payload) };
        var outcome = await Client.EnqueueAsync(change is null ? request : change(request), CancellationToken.None);
        await WaitUntilIdleAsync();
        return outcome.Id;
    }

    /// <summary>Runs a job now, waits until nothing moves any more and returns the run as it is then.</summary>
    /// <param name="job">The job's name.</param>
    /// <exception cref="ConflictException">The job is running and its overlap policy is <c>skip</c>.</exception>
    public async Task<Run> TriggerAsync(string job)
    {
        var id = await Client.TriggerAsync(Key(job), new TriggerOptions { By = "test" }, CancellationToken.None);
        await WaitUntilIdleAsync();
        return (await RunAsync(id)).Run;
    }

    /// <summary>Cancels a run and waits until nothing moves any more.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why.</param>
    public async Task CancelAsync(RunId run, string reason)
    {
        await Client.CancelAsync(TenantId.Default, run, new CancelRequest("test", reason, Clock.Now()), CancellationToken.None);
        await WaitUntilIdleAsync();
    }

    /// <summary>Reads a job with what is going on.</summary>
    /// <exception cref="NotFoundException">There is none of that name.</exception>
    public Task<JobView> JobAsync(string job) => Client.GetAsync(Key(job), CancellationToken.None);

    /// <summary>Reads a run with attempts and steps.</summary>
    /// <exception cref="NotFoundException">There is none, or it was deleted by a retention rule.</exception>
    public Task<RunDetails> RunAsync(RunId run) => Client.GetRunAsync(TenantId.Default, run, CancellationToken.None);

    /// <summary>Lists the runs of a job, oldest first; at most 10,000.</summary>
    public async Task<IReadOnlyList<Run>> RunsAsync(string job) => await ListAsync("job", job);

    /// <summary>Lists the runs of a handler, oldest first; at most 10,000.</summary>
    public async Task<IReadOnlyList<Run>> RunsOfHandlerAsync(string handler) => await ListAsync("handler", handler);

    /// <summary>Lists what was decided about a job's due instants, oldest first; at most 10,000.</summary>
    public async Task<IReadOnlyList<Occurrence>> OccurrencesAsync(string job)
    {
        var ledger = await Store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(Key(job), Limit: 10_000), CancellationToken.None);
        return [.. ledger.OrderBy(occurrence => occurrence.DueAt)];
    }

    /// <summary>Reads a run's log.</summary>
    public async Task<IReadOnlyList<RunLogLine>> LogAsync(RunId run) =>
        await Store.Reader.ReadLogAsync(TenantId.Default, run, 0, 100_000, CancellationToken.None);

    /// <summary>Why a job is not running, as stable words: empty if nothing stands in the way.</summary>
    public async Task<IReadOnlyList<string>> ExplainAsync(string job) =>
        [.. (await Client.ExplainAsync(Key(job), CancellationToken.None)).Select(blocker => blocker.Code)];

    /// <summary>Stops the process as it is stopped in production, lets time pass without it, and starts it again on the same data.</summary>
    /// <param name="away">How long nothing runs. Default: no time at all.</param>
    public async Task RestartAsync(TimeSpan away = default)
    {
        await StopAsync();
        Clock.Advance(away);
        await StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private static JobKey Key(string job) => new(TenantId.Default, JobName.Parse(job));

    private async Task<IReadOnlyList<Run>> ListAsync(string field, string value)
    {
        var runs = await Store.Reader.ListAsync(
            new RunQuery(TenantId.Default, new FilterCondition(field, FilterOperator.Equal, [value]), Limit: 10_000), CancellationToken.None);
        return [.. runs.OrderBy(run => run.Id)];
    }

    private async Task StartAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeyedSingleton(SilosClock.Key, _world.HandlerClock);
        services.AddSingleton(new EngineScheduler { TaskScheduler = _world.Scheduler, Draw = static () => 0.5 });
        services.AddSingleton<ISilosStore>(_ => new InMemoryStore(_database));
        services.AddSilos(silos =>
        {
            // Background duties look as rarely as they may: nobody else writes into this store.
            silos.Configure(static options =>
            {
                options.WorkerName = "test";
                options.DefaultRetry = new RetryPolicy { Jitter = false };
                options.InboxInterval = TimeSpan.FromHours(1);
                options.SweepInterval = TimeSpan.FromMinutes(2);
                options.LeaseDuration = TimeSpan.FromHours(6);
                options.RetentionInterval = TimeSpan.FromHours(1);
            });
            _configure(silos);
        });
        services.Configure<AlarmOptions>(static options => options.Enabled = false);
        services.TryAddSingleton(_world.HandlerClock);
        Watch(services);
        _services = services.BuildServiceProvider();
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await _world.DriveAsync(_world.Scheduler.Run(() => hosted.StartAsync(CancellationToken.None)), "The start");
        }
    }

    private async Task StopAsync()
    {
        if (_services is not { } services)
        {
            return;
        }

        _services = null;
        foreach (var hosted in services.GetServices<IHostedService>().Reverse())
        {
            await _world.DriveAsync(_world.Scheduler.Run(() => hosted.StopAsync(CancellationToken.None)), "The stop");
        }

        await services.DisposeAsync();
    }

    /// <summary>Puts every handler under the eyes of the kit, so that it knows when one waits for the test.</summary>
    private void Watch(ServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (!services[i].IsKeyedService && services[i].ImplementationInstance is HandlerRegistration handler)
            {
                services[i] = ServiceDescriptor.Singleton(handler with
                {
                    Invoke = (context, token) => _world.Attempts.WatchAsync(
                        $"run {context.RunId} of {handler.Key}", () => handler.Invoke(context, token)),
                });
            }
        }
    }
}
