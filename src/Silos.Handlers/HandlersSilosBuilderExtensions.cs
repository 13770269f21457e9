using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Silos.Alarms;
using Silos.Handlers;
using Silos.Handlers.Alarms;
using Silos.Handlers.Command;
using Silos.Handlers.DataProcessing;
using Silos.Handlers.Email;
using Silos.Handlers.Http;
using Silos.Workers;

namespace Silos;

/// <summary>Adds the ready-made handlers: <c>http</c>, <c>command</c>, <c>email</c> and <c>data_processing</c>.</summary>
/// <remarks>
/// Settings come from code and from whatever the host binds to the options (each names its section). Adding a handler twice
/// adds it once, with both configurations applied in order. Options are checked when the host starts.
/// </remarks>
public static class HandlersSilosBuilderExtensions
{
    /// <summary>Adds all four. The <c>command</c> handler stays off until <see cref="CommandHandlerOptions.Enabled"/> is set.</summary>
    /// <param name="silos">The builder.</param>
    /// <param name="http">Sets up <c>http</c>.</param>
    /// <param name="command">Sets up <c>command</c>.</param>
    /// <param name="email">Sets up <c>email</c>.</param>
    /// <param name="dataProcessing">Sets up <c>data_processing</c>.</param>
    public static ISilosBuilder AddReadyMadeHandlers(
        this ISilosBuilder silos,
        Action<HttpHandlerOptions>? http = null,
        Action<CommandHandlerOptions>? command = null,
        Action<EmailHandlerOptions>? email = null,
        Action<DataProcessingHandlerOptions>? dataProcessing = null) => silos
            .AddHttpHandler(http)
            .AddCommandHandler(command)
            .AddEmailHandler(email)
            .AddDataProcessingHandler(dataProcessing)
            .AddAlarmChannels();

    /// <summary>Adds the ways in which people are told of alarms, webhook and e-mail; each does nothing until it is configured.</summary>
    /// <param name="silos">The builder.</param>
    public static ISilosBuilder AddAlarmChannels(this ISilosBuilder silos)
    {
        ArgumentNullException.ThrowIfNull(silos);
        var services = silos.Services;
        if (services.Any(service => service.ServiceType == typeof(AlarmWebhookHandler)))
        {
            return silos;
        }

        services.AddOptions<AlarmWebhookOptions>().ValidateOnStart();
        services.AddOptions<AlarmEmailOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlarmWebhookOptions>, AlarmChannelValidator>();
        services.AddSingleton<IValidateOptions<AlarmEmailOptions>, AlarmChannelValidator>();
        services.AddSingleton<IAlarmChannel, AlarmWebhookChannel>();
        services.AddSingleton<IAlarmChannel, AlarmEmailChannel>();
        services.AddSingleton<AlarmWebhookHandler>();
        services.AddSingleton<AlarmEmailHandler>();
        return silos
            .AddHandler(
                AlarmWebhookHandler.Key,
                static (context, cancellationToken) => context.Services.GetRequiredService<AlarmWebhookHandler>().RunAsync(context, cancellationToken),
                static handler => handler.Describe("Sends an alarm to the webhook of the configuration.").Reserved())
            .AddHandler(
                AlarmEmailHandler.Key,
                static (context, cancellationToken) => context.Services.GetRequiredService<AlarmEmailHandler>().RunAsync(context, cancellationToken),
                static handler => handler.Describe("Sends an alarm to the addresses of the configuration.").Reserved());
    }

    /// <summary>Adds <c>http</c>: one HTTP request a run, to public addresses only unless configured otherwise.</summary>
    /// <param name="silos">The builder.</param>
    /// <param name="configure">Sets up the handler.</param>
    /// <param name="registration">Sets retries, timeout and concurrency of its runs.</param>
    public static ISilosBuilder AddHttpHandler(
        this ISilosBuilder silos, Action<HttpHandlerOptions>? configure = null, Action<HandlerBuilder>? registration = null) =>
        silos.Add<HttpHandlerOptions, HttpHandlerOptionsValidator, HttpHandler>(
            HttpHandler.Key, "Sends an HTTP request and checks the answer.", configure, registration);

    /// <summary>Adds <c>command</c>: runs a program. Off unless <see cref="CommandHandlerOptions.Enabled"/> is set.</summary>
    /// <inheritdoc cref="AddHttpHandler"/>
    public static ISilosBuilder AddCommandHandler(
        this ISilosBuilder silos, Action<CommandHandlerOptions>? configure = null, Action<HandlerBuilder>? registration = null) =>
        silos.Add<CommandHandlerOptions, CommandHandlerOptionsValidator, CommandHandler>(
            CommandHandler.Key, "Runs a program and keeps what it says.", configure, registration);

    /// <summary>Adds <c>email</c>: sends a message, made from a template, over SMTP.</summary>
    /// <inheritdoc cref="AddHttpHandler"/>
    public static ISilosBuilder AddEmailHandler(
        this ISilosBuilder silos, Action<EmailHandlerOptions>? configure = null, Action<HandlerBuilder>? registration = null) =>
        silos.Add<EmailHandlerOptions, EmailHandlerOptionsValidator, EmailHandler>(
            EmailHandler.Key, "Sends an email made from a template.", configure, registration);

    /// <summary>Adds <c>data_processing</c>: transforms, aggregates, imports and exports rows between files and SQL tables.</summary>
    /// <inheritdoc cref="AddHttpHandler"/>
    public static ISilosBuilder AddDataProcessingHandler(
        this ISilosBuilder silos,
        Action<DataProcessingHandlerOptions>? configure = null,
        Action<HandlerBuilder>? registration = null) =>
        silos.Add<DataProcessingHandlerOptions, DataProcessingHandlerOptionsValidator, DataProcessingHandler>(
            DataProcessingHandler.Key,
            "Transforms, aggregates, imports and exports rows of CSV, JSON lines and SQL tables.",
            configure,
            registration);

    private static ISilosBuilder Add<
        TOptions,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this ISilosBuilder silos,
        string key,
        string description,
        Action<TOptions>? configure,
        Action<HandlerBuilder>? registration)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
        where THandler : ReadyMadeHandler
    {
        ArgumentNullException.ThrowIfNull(silos);
        var services = silos.Services;
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (registration is not null)
        {
            services.AddSingleton(new HandlerAdjustment(key, registration));
        }

        if (services.Any(service => service.ServiceType == typeof(THandler)))
        {
            return silos;
        }

        services.AddOptions<TOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        services.AddSingleton<THandler>();
        services.AddSingleton(provider =>
        {
            var handler = provider.GetRequiredService<THandler>();
            var builder = new HandlerBuilder(new HandlerRegistration { Key = key, Invoke = handler.RunAsync })
                .Describe(description)
                .Check(handler.Check);
            foreach (var adjustment in provider.GetServices<HandlerAdjustment>().Where(a => a.Key == key))
            {
                adjustment.Apply(builder);
            }

            return builder.Registration;
        });
        return silos;
    }
}
