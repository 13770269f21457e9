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
using Silos.Handlers.Command;
using Silos.Handlers.DataProcessing;
using Silos.Handlers.Email;
using Silos.Handlers.Http;
using Silos.Jobs;

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
    /// <returns>The store that was chosen.</returns>
    public static StoreChoice AddSilosHosting(this WebApplicationBuilder builder, HostArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(arguments);
        var described = DescribedEnvironment.Read(Variables());
        Layer(builder.Configuration, described, arguments);

        var settings = new HostSettings();
        new SettingsBinder(builder.Configuration).Bind(builder.Configuration.GetSection(HostSettings.Section), settings);
        var directory = new HostDirectory(Directory.GetCurrentDirectory());
        var problems = new List<string>([.. described.Problems, .. ListenAddresses.Check(builder.Configuration)]);
        var store = StoreChoice.Read(settings, builder.Configuration, directory, problems);

        HostLogging.Set(builder, settings.Logging.Format);
        builder.WebHost.UseUrls(ListenAddresses.Of(builder.Configuration));
        var services = builder.Services;
        services.AddSingleton(new HostPlan { Problems = problems, Notes = described.Notes, Store = store, Format = settings.Logging.Format });
        services.AddSingleton(directory);
        services.AddSingleton(described.Switches);
        services.AddSilos(AddHandlers);
        BindAll(services);
        AddJobsFile(services);
        services.AddOptions<HostOptions>().Configure<IOptions<EngineOptions>>(
            static (host, engine) => host.ShutdownTimeout = engine.Value.DrainTimeout + engine.Value.CancelGrace + TimeSpan.FromSeconds(15));
        return store;
    }

    /// <summary>Answers nothing but health checks in a process without the role <c>api</c>.</summary>
    /// <param name="app">The application.</param>
    public static void UseSilosRoles(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Services.GetRequiredService<IOptions<EngineOptions>>().Value.Roles.HasFlag(SilosRoles.Api))
        {
            return;
        }

        app.Use((context, next) => context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            ? next(context)
            : TypedResults.Problem("This process does not have the role api (Silos:Roles).", statusCode: StatusCodes.Status404NotFound)
                .ExecuteAsync(context));
    }

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

    private static void AddHandlers(ISilosBuilder silos) => silos
        .AddReadyMadeHandlers()
        .AddHandler(ExampleHandlers.Heartbeat, ExampleHandlers.BeatAsync, h => h.Describe("Counts the jobs and says so."))
        .AddHandler(ExampleHandlers.Flaky, ExampleHandlers.FlakeAsync, h => h.Describe("Fails twice, then succeeds."));

    private static void BindAll(IServiceCollection services)
    {
        services.BindSettings<EngineOptions>(EngineOptions.Section);
        services.BindSettings<HostSettings>(HostSettings.Section);
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
        services.AddSingleton<IJobSource>(static provider => provider.GetRequiredService<JobsFileWatcher>());
        services.AddHostedService(static provider => provider.GetRequiredService<JobsFileWatcher>());
    }

    // Least first: our defaults, files, described names, our own variables, arguments.
    private static void Layer(ConfigurationManager configuration, DescribedEnvironment described, HostArguments arguments)
    {
        var sources = ((IConfigurationBuilder)configuration).Sources;
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
