using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Handlers.Alarms;
using Silos.Handlers.Command;
using Silos.Handlers.DataProcessing;
using Silos.Handlers.Email;
using Silos.Handlers.Http;
using Silos.Jobs;
using Silos.Secrets;

namespace Silos.Hosting;

/// <summary>Makes a web application a host of Silos.</summary>
public static class HostBuilderExtensions
{
    /// <summary>
    /// Adds settings (files, the environment in our words and in those of the described systems, arguments), logging, the
    /// jobs file, the examples and the rules about addresses. What it cannot know is the store: see the result.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="kind">
    /// What kind of process this is. To a silo the engine has to be added: <c>silo.AddSilos(silos =&gt; silos.AddHostHandlers().UsePostgres(…))</c>.
    /// </param>
    /// <returns>The store that was chosen.</returns>
    public static StoreChoice AddSilosHosting(
        this WebApplicationBuilder builder, HostArguments arguments, HostKind kind = HostKind.Standalone)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(arguments);
        var described = DescribedEnvironment.Read(Variables());
        Layer(builder.Configuration, described, arguments, kind);

        // What does not fit is told by BuildSilos, together with everything else.
        var settings = new HostSettings();
        var engine = new EngineOptions();
        new SettingsBinder(builder.Configuration).Bind(builder.Configuration.GetSection(HostSettings.Section), settings);
        new SettingsBinder(builder.Configuration).Bind(builder.Configuration.GetSection(EngineOptions.Section), engine);
        var directory = new HostDirectory(Directory.GetCurrentDirectory());
        var problems = new List<string>([.. described.Problems, .. ListenAddresses.Check(builder.Configuration)]);
        var store = StoreChoice.Read(settings, builder.Configuration, directory, problems, kind);

        var redactor = new Redactor();
        SecretSettings.Register(redactor, builder.Configuration);
        builder.Services.TryAddSingleton(redactor);
        HostLogging.Set(builder, settings.Logging.Format);
        builder.WebHost.UseUrls(ListenAddresses.Of(builder.Configuration));

        // The server's own 8 KiB would refuse long names and filters without a word about what is wrong with them.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestLineSize = 32 * 1024);
        var services = builder.Services;
        services.AddSingleton(new HostPlan { Problems = problems, Notes = described.Notes, Store = store, Format = settings.Logging.Format });
        services.AddSingleton(directory);
        services.AddSingleton(described.Switches);
        services.AddSingleton<IJobSwitch>(described.Switches);
        if (kind == HostKind.Standalone)
        {
            services.AddSilos(static silos => silos.AddHostHandlers());
        }
        else
        {
            services.AddHostedService<HttpPorts>();
        }

        OtlpExport.Add(services, builder.Configuration);
        BindAll(services);
        AddJobsFile(services);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = engine.DrainTimeout + engine.CancelGrace + TimeSpan.FromSeconds(15));
        return store;
    }

    /// <summary>Builds the application, after everything was registered, and checks its settings.</summary>
    /// <param name="builder">The application, with <see cref="AddSilosHosting"/> called.</param>
    /// <returns>The application; nothing is open or listening yet.</returns>
    /// <exception cref="InvalidOperationException"><see cref="AddSilosHosting"/> was not called.</exception>
    public static WebApplication BuildSilos(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.FirstOrDefault(service => service.ImplementationInstance is JobSwitches)?.ImplementationInstance is JobSwitches switches)
        {
            SwitchJobs(builder.Services, switches);
        }

        var app = builder.Build();
        SettingsCheck.Run(app);
        return app;
    }

    /// <summary>Answers nothing but health checks and metrics in a process without the role <c>api</c>.</summary>
    /// <param name="app">The application.</param>
    public static void UseSilosRoles(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use((context, next) => HasApi(context) || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            || context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal)
            ? next(context)
            : TypedResults.Problem("This process does not have the role api (Silos:Roles).", statusCode: StatusCodes.Status404NotFound)
                .ExecuteAsync(context));

        // Asked for late, so that wrong settings are told together and not where they are first met.
        static bool HasApi(HttpContext context) =>
            context.RequestServices.GetRequiredService<IOptions<EngineOptions>>().Value.Roles.HasFlag(SilosRoles.Api);
    }

    /// <summary>Adds the handlers that every host has: the ready-made ones, and those of the examples.</summary>
    /// <param name="silos">The builder.</param>
    public static ISilosBuilder AddHostHandlers(this ISilosBuilder silos) => silos
        .AddReadyMadeHandlers()
        .AddHandler(ExampleHandlers.Heartbeat, ExampleHandlers.BeatAsync, h => h.Describe("Counts the jobs and says so."))
        .AddHandler(ExampleHandlers.Flaky, ExampleHandlers.FlakeAsync, h => h.Describe("Fails twice, then succeeds."));

    /// <summary>Applies the environment's switches to the jobs registered in code so far.</summary>
    internal static void SwitchJobs(IServiceCollection services, JobSwitches switches)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (!services[i].IsKeyedService && services[i].ImplementationInstance is JobRegistration registration)
            {
                services[i] = ServiceDescriptor.Singleton(
                    registration with { Definition = switches.Apply(registration.Definition) });
            }
        }
    }

    private static void BindAll(IServiceCollection services)
    {
        services.BindSettings<EngineOptions>(EngineOptions.Section);
        services.BindSettings<HostSettings>(HostSettings.Section);
        services.BindSettings<SilosTelemetryOptions>(SilosTelemetryOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SilosTelemetryOptions>, TelemetryOptionsValidator>());
        services.BindSettings<AlarmOptions>(AlarmOptions.Section);
        services.BindSettings<AlarmWebhookOptions>(AlarmWebhookOptions.Section);
        services.BindSettings<AlarmEmailOptions>(AlarmEmailOptions.Section);
        services.BindSettings<HttpHandlerOptions>(HttpHandlerOptions.Section);
        services.BindSettings<CommandHandlerOptions>(CommandHandlerOptions.Section);
        services.BindSettings<EmailHandlerOptions>(EmailHandlerOptions.Section);
        services.BindSettings<DataProcessingHandlerOptions>(DataProcessingHandlerOptions.Section);
    }

    private static void AddJobsFile(IServiceCollection services)
    {
        services.TryAddSingleton<JobsFileLocator>();
        services.TryAddSingleton<JobsFileEnvironment>();
        services.TryAddSingleton<ExampleJobs>();
        services.TryAddSingleton<JobsFileReloader>();
        services.TryAddSingleton<JobsFileWatcher>();
        services.TryAddSingleton<SwitchedJobs>();
        services.AddSingleton<IJobSource>(static provider => provider.GetRequiredService<JobsFileWatcher>());
        services.AddSingleton<IJobSource>(static provider => provider.GetRequiredService<SwitchedJobs>());
        services.AddHostedService(static provider => provider.GetRequiredService<JobsFileWatcher>());
    }

    // Least first: our defaults, files, described names, our own variables, arguments.
    private static void Layer(ConfigurationManager configuration, DescribedEnvironment described, HostArguments arguments, HostKind kind)
    {
        var sources = ((IConfigurationBuilder)configuration).Sources;
        if (kind == HostKind.Silo)
        {
            sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("Silos:Store", "postgres")] });
        }

        sources.Insert(0, new MemoryConfigurationSource { InitialData = HostLogging.Defaults });
        var ours = sources.Index().LastOrDefault(
            source => source.Item is EnvironmentVariablesConfigurationSource { Prefix: null or "" }, (sources.Count, null!)).Index;
        sources.Insert(ours, described);
        sources.Add(arguments.ToSettings());
    }

    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        }

        return variables;
    }
}
