using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Silos.Jobs;
using Silos.Workers;

namespace Silos;

/// <summary>Registers jobs and handlers.</summary>
public static class SilosBuilderExtensions
{
    /// <summary>Registers a job and the class that does its work, under one name.</summary>
    /// <typeparam name="TJob">The class; made with constructor injection in a scope per attempt.</typeparam>
    /// <param name="silos">The builder.</param>
    /// <param name="name">The job's name, and its handler's key.</param>
    /// <param name="configure">Sets schedules and policies.</param>
    /// <exception cref="InvalidException"><paramref name="name"/> is not a name.</exception>
    public static ISilosBuilder AddJob<TJob>(this ISilosBuilder silos, string name, Action<JobBuilder>? configure = null)
        where TJob : class, IJob => silos.AddHandler<TJob>(name).AddJob(name, name, configure);

    /// <summary>Registers a job whose work is a function.</summary>
    /// <inheritdoc cref="AddJob{TJob}(ISilosBuilder, string, Action{JobBuilder}?)"/>
    public static ISilosBuilder AddJob(
        this ISilosBuilder silos, string name, Func<JobContext, CancellationToken, Task> run, Action<JobBuilder>? configure = null) =>
        silos.AddHandler(name, run).AddJob(name, name, configure);

    /// <summary>Registers a job for a handler that is registered under a key of its own.</summary>
    /// <param name="silos">The builder.</param>
    /// <param name="name">The job's name.</param>
    /// <param name="handler">The handler's key.</param>
    /// <param name="configure">Sets schedules, payload and policies.</param>
    /// <exception cref="InvalidException"><paramref name="name"/> is not a name.</exception>
    public static ISilosBuilder AddJob(
        this ISilosBuilder silos, string name, string handler, Action<JobBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silos);
        var job = new JobBuilder(new JobDefinition { Name = JobName.Parse(name), Handler = handler });
        configure?.Invoke(job);
        foreach (var (key, next) in job.Functions)
        {
            silos.Services.AddSingleton(new ScheduleFunction(key, next));
        }

        silos.Services.AddSingleton(new JobRegistration(TenantId.Default, job.Definition));
        return silos;
    }

    /// <summary>Registers a class that does work without a payload.</summary>
    public static ISilosBuilder AddHandler<TJob>(
        this ISilosBuilder silos, string key, Action<HandlerBuilder>? configure = null)
        where TJob : class, IJob => silos.AddHandler(
            key,
            static (context, token) => Instance<TJob>(context).RunAsync(context, token),
            configure);

    /// <summary>Registers a class that does work on a payload.</summary>
    /// <typeparam name="TPayload">The payload's type, read from JSON with camel case.</typeparam>
    /// <typeparam name="TJob">The class.</typeparam>
    public static ISilosBuilder AddHandler<TPayload, TJob>(
        this ISilosBuilder silos, string key, Action<HandlerBuilder>? configure = null)
        where TJob : class, IJob<TPayload> => silos.AddHandler<TPayload>(
            key,
            static (payload, context, token) => Instance<TJob>(context).RunAsync(payload, context, token),
            configure);

    /// <summary>Registers a function that does work on a payload.</summary>
    public static ISilosBuilder AddHandler<TPayload>(
        this ISilosBuilder silos,
        string key,
        Func<TPayload, JobContext, CancellationToken, Task> run,
        Action<HandlerBuilder>? configure = null) => silos.AddHandler(
            key,
            (context, token) => run(Read<TPayload>(context.Payload), context, token),
            handler =>
            {
                handler.Check(Check<TPayload>);
                configure?.Invoke(handler);
            });

    /// <summary>Registers a function that does work.</summary>
    /// <exception cref="InvalidException"><paramref name="key"/> is not a name.</exception>
    public static ISilosBuilder AddHandler(
        this ISilosBuilder silos,
        string key,
        Func<JobContext, CancellationToken, Task> run,
        Action<HandlerBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silos);
        if (!Names.IsValid(key, out var problem))
        {
            throw new InvalidException("handler", key, problem);
        }

        var handler = new HandlerBuilder(new HandlerRegistration { Key = key, Invoke = run });
        configure?.Invoke(handler);
        silos.Services.AddSingleton(handler.Registration);
        return silos;
    }

    private static TJob Instance<TJob>(JobContext context)
        where TJob : class =>
        context.Services.GetService<TJob>() ?? ActivatorUtilities.CreateInstance<TJob>(context.Services);

    private static TPayload Read<TPayload>(JsonText payload)
    {
        try
        {
            return payload.As<TPayload>() ?? throw new NonRetryableException("invalid job payload structure: the payload is null");
        }
        catch (JsonException exception)
        {
            throw new NonRetryableException($"invalid job payload structure: {exception.Message}", exception);
        }
    }

    private static FieldProblem? Check<TPayload>(JsonText payload)
    {
        try
        {
            return payload.As<TPayload>() is null
                ? new FieldProblem("payload", null, "invalid job payload structure: must not be null")
                : null;
        }
        catch (JsonException exception)
        {
            return new FieldProblem(
                exception.Path is { Length: > 2 } path ? $"payload.{path[2..]}" : "payload",
                null,
                $"invalid job payload structure: must be readable as {typeof(TPayload).Name}");
        }
    }
}
