using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Silos.Engine;
using Silos.Jobs;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Testing;

/// <summary>
/// Runs one handler alone, without engine, store or queue: give it a payload, look at what it did. Time does not pass by
/// itself: when the handler waits for the clock, the clock is moved on for it, so that a wait of an hour, a back-off and a
/// timeout take no time.
/// </summary>
/// <remarks>Not for use by several threads at once. Disposing it disposes the services; a test that has none to dispose of need not.</remarks>
public sealed class JobRunner : IAsyncDisposable
{
    private readonly ServiceCollection _services = new();
    private readonly HandlerRegistration _handler;
    private ManualTimeProvider _clock = new();
    private JobRunSetup _setup;
    private ServiceProvider? _provider;
    private KitWorld? _world;

    private JobRunner(Action<ISilosBuilder> register, string? name)
    {
        register(new SilosBuilder(_services));
        var handlers = Instances<HandlerRegistration>();
        var job = name is null ? null : Instances<JobRegistration>().SingleOrDefault(job => job.Definition.Name.Value == name)?.Definition;
        var key = job?.Handler ?? name;
        _handler = key is null ? handlers.Single() : handlers.SingleOrDefault(handler => handler.Key == key)
            ?? throw new InvalidException("name", name, $"is no job and no handler of those registered: {string.Join(", ", handlers.Select(handler => handler.Key))}");
        var retry = job?.RetryOver(_handler.Retry) ?? _handler.Retry ?? RetryPolicy.Default;
        _setup = new JobRunSetup
        {
            Payload = job?.Payload ?? default,
            Job = job?.Name,
            Timeout = job?.Timeout ?? _handler.Timeout,
            MaxAttempts = retry.MaxAttempts,
            NonRetryableErrors = retry.NonRetryableErrors,
        };
    }

    /// <summary>Gets the clock, to read; handlers see it as <see cref="JobContext.Clock"/> and as the container's <see cref="TimeProvider"/>.</summary>
    public ManualTimeProvider Clock => _clock;

    /// <summary>Gets the services that handlers are made with, one container for all runs.</summary>
    public IServiceProvider Services => _provider ??= Build();

    private KitWorld World => _world ??= new KitWorld(_clock);

    /// <summary>Runs a class that does work without a payload.</summary>
    /// <param name="services">Adds what its constructor asks for.</param>
    public static JobRunner For<TJob>(Action<IServiceCollection>? services = null)
        where TJob : class, IJob => New(silos => silos.AddHandler<TJob>(typeof(TJob).Name), services);

    /// <summary>Runs a class that does work on a payload.</summary>
    /// <param name="services">Adds what its constructor asks for.</param>
    public static JobRunner For<TJob, TPayload>(Action<IServiceCollection>? services = null)
        where TJob : class, IJob<TPayload> => New(silos => silos.AddHandler<TPayload, TJob>(typeof(TJob).Name), services);

    /// <summary>Runs a function.</summary>
    /// <param name="run">The function.</param>
    /// <param name="services">Adds what it takes from <see cref="JobContext.Services"/>.</param>
    public static JobRunner For(Func<JobContext, CancellationToken, Task> run, Action<IServiceCollection>? services = null) =>
        New(silos => silos.AddHandler("lambda", run), services);

    /// <summary>Runs a function of a payload.</summary>
    /// <param name="run">The function.</param>
    /// <param name="services">Adds what it takes from <see cref="JobContext.Services"/>.</param>
    public static JobRunner For<TPayload>(
        Func<TPayload, JobContext, CancellationToken, Task> run, Action<IServiceCollection>? services = null) =>
        New(silos => silos.AddHandler("lambda", run), services);

    /// <summary>Runs a handler as it is registered: with its own timeout, number of attempts and payload check, and a job's payload.</summary>
    /// <param name="name">A job's name or a handler's key.</param>
    /// <param name="register">The registration, such as the one the application itself uses.</param>
    /// <exception cref="InvalidException">Nothing of that name is registered.</exception>
    public static JobRunner ForRegistered(string name, Action<ISilosBuilder> register)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(register);
        return new JobRunner(register, name);
    }

    /// <summary>Sets what the handler is given.</summary>
    public JobRunner WithPayload<TPayload>(TPayload payload) => With(_setup with { Payload = JsonText.From(payload) });

    /// <summary>Sets what the handler is given, as JSON text: also one that it cannot read.</summary>
    /// <exception cref="InvalidException">It is not JSON.</exception>
    public JobRunner WithJson(string payload) => With(_setup with { Payload = JsonText.Parse(payload) });

    /// <summary>Sets which attempt it is, and of how many.</summary>
    public JobRunner WithAttempt(int attempt, int? of = null) =>
        With(_setup with { Attempt = attempt, MaxAttempts = of ?? Math.Max(attempt, _setup.MaxAttempts) });

    /// <summary>Sets how long the attempt may take, on the test's clock.</summary>
    public JobRunner WithTimeout(TimeSpan timeout) => With(_setup with { Timeout = timeout });

    /// <summary>Sets the due instant. Default: when the run starts.</summary>
    public JobRunner WithDueAt(DateTimeOffset dueAt) => With(_setup with { DueAt = dueAt.ToInstant() });

    /// <summary>Sets tags, metadata and the like.</summary>
    public JobRunner WithOptions(RunOptions options) => With(_setup with { Options = options });

    /// <summary>Says that an earlier attempt completed a step, so that the handler gets its result instead of doing it again.</summary>
    public JobRunner WithCompletedStep<T>(string name, T result) => With(_setup with
    {
        Steps = [.. _setup.Steps, new RunStep(name, "completed", JsonText.From(result), null, 0, _clock.Now())],
    });

    /// <summary>Sets the clock. Default: one that shows 2026-01-01 12:00 UTC.</summary>
    /// <exception cref="InvalidOperationException">The handler has run already.</exception>
    public JobRunner At(ManualTimeProvider clock)
    {
        _clock = _world is null ? clock : throw new InvalidOperationException("Set the clock before the first run.");
        return this;
    }

    /// <inheritdoc cref="At(ManualTimeProvider)"/>
    public JobRunner At(DateTimeOffset now) => At(new ManualTimeProvider(now));

    /// <summary>Cancels the run at a moment.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="number">Of which report of progress, or of which step executed by the attempt; 1 for the first.</param>
    /// <param name="reason">What the handler finds in <see cref="JobContext.Cancellation"/>.</param>
    public JobRunner CancelAt(CancelMoment moment, int number = 1, string reason = "the test cancels the run") => With(_setup with
    {
        CancelAt = (moment, number),
        CancelRequest = new CancelRequest("test", reason, _clock.Now()),
    });

    /// <summary>Makes the next runs the attempt that follows an outcome: same run, next number, its completed steps known, not cancelled.</summary>
    public JobRunner RetryOf(JobRunOutcome previous)
    {
        ArgumentNullException.ThrowIfNull(previous);
        return With(_setup with
        {
            RunId = previous.RunId,
            Attempt = previous.Attempt + 1,
            MaxAttempts = Math.Max(previous.Attempt + 1, _setup.MaxAttempts),
            Steps = previous.Steps,
            CancelAt = null,
        });
    }

    /// <summary>Runs the handler twice, as two runs, for a test that the second changes nothing more.</summary>
    public async Task<(JobRunOutcome First, JobRunOutcome Second)> RunTwiceAsync(CancellationToken cancellationToken = default) =>
        (await RunAsync(cancellationToken), await RunAsync(cancellationToken));

    /// <summary>Runs the handler once.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <exception cref="InvalidException">The handler's check refuses the payload: such a run would not have been accepted.</exception>
    /// <exception cref="TimeoutException">The handler waits, for 30 seconds, for something that is neither the clock nor a gate.</exception>
    public async Task<JobRunOutcome> RunAsync(CancellationToken cancellationToken = default)
    {
        if (_handler.Check(_setup.Payload) is { } problem)
        {
            throw new InvalidException([problem]);
        }

        return await new SoloAttempt(World, _handler, _setup, Services).RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _provider?.DisposeAsync() ?? default;

    private static JobRunner New(Action<ISilosBuilder> register, Action<IServiceCollection>? services)
    {
        var runner = new JobRunner(register, name: null);
        services?.Invoke(runner._services);
        return runner;
    }

    private JobRunner With(JobRunSetup setup)
    {
        _setup = setup;
        return this;
    }

    private IEnumerable<T> Instances<T>() =>
        _services.Where(service => !service.IsKeyedService).Select(service => service.ImplementationInstance).OfType<T>();

    private ServiceProvider Build()
    {
        _services.AddLogging();
        _services.TryAddKeyedSingleton(SilosClock.Key, World.HandlerClock);
        _services.TryAddSingleton(World.HandlerClock);
        return _services.BuildServiceProvider();
    }
}
