using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Silos.Operations;
using Silos.Runs;
using Silos.Secrets;
using Silos.Web.Access;
using Silos.Web.Alarms;
using Silos.Web.Audit;
using Silos.Web.Dashboard;
using Silos.Web.Health;
using Silos.Web.Http;
using Silos.Web.Jobs;
using Silos.Web.Keys;
using Silos.Web.Login;
using Silos.Web.Metrics;
using Silos.Web.Nodes;
using Silos.Web.OpenApi;
using Silos.Web.Operations;
using Silos.Web.Queues;
using Silos.Web.Runs;
using Silos.Web.Schedules;
using Silos.Web.Stats;

namespace Silos.Web;

/// <summary>Registers the HTTP API.</summary>
public static class SilosWebServiceCollectionExtensions
{
    /// <summary>
    /// Registers what <see cref="SilosWebEndpointExtensions.MapSilosWeb"/> needs. <see cref="ISilosClient"/>, <see cref="Stores.ISilosStore"/>,
    /// <see cref="INodes"/> and <see cref="ISilosHealth"/> come from elsewhere.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Changes settings; checked when the host starts.</param>
    public static IServiceCollection AddSilosWeb(this IServiceCollection services, Action<SilosWebOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SilosWebOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SilosWebOptions>, SilosWebOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.AddRouting();
        services.AddLogging();
        services.TryAddSingleton<Problems>();
        services.TryAddSingleton<Redactor>();
        services.TryAddSingleton<AnswerRedaction>();
        services.TryAddSingleton<Proxies>();
        services.TryAddSingleton<KeyRing>();
        services.TryAddSingleton<JwtReader>();
        services.TryAddSingleton<RateGate>();
        services.TryAddSingleton<IRunAllowance>(static provider => provider.GetRequiredService<RateGate>());
        services.TryAddSingleton<CredentialReader>();
        services.TryAddSingleton<Sessions>();
        services.TryAddSingleton<FormTokens>();
        services.TryAddSingleton<AuditWriter>();
        services.AddHostedService<AccessJanitor>();
        services.TryAddSingleton<RequestGuard>();
        services.TryAddSingleton<RequestPipeline>();
        services.TryAddSingleton<Surroundings>();
        services.TryAddSingleton<BodyLimits>();
        services.TryAddSingleton<EnqueueRequestReader>();
        services.TryAddSingleton<RunWaiter>();
        services.TryAddSingleton<JobHistory>();
        services.TryAddSingleton<JobEndpoints>();
        services.TryAddSingleton<Backfills>();
        services.TryAddSingleton<JobActionEndpoints>();
        services.TryAddSingleton<RunEndpoints>();
        services.TryAddSingleton<JobLogEndpoints>();
        services.TryAddSingleton<QueueEndpoints>();
        services.TryAddSingleton<PauseEndpoints>();
        services.TryAddSingleton<QueueRecordEndpoints>();
        services.TryAddSingleton<ScheduleEndpoints>();
        services.TryAddSingleton<ApplyEndpoint>();
        services.TryAddSingleton<SiloEndpoints>();
        services.TryAddSingleton<KeyEndpoints>();
        services.TryAddSingleton<AuditEndpoints>();
        services.TryAddSingleton<OidcLogin>();
        services.TryAddSingleton<LoginEndpoints>();
        services.TryAddSingleton<OperationBook>();
        services.TryAddSingleton<OperationDesk>();
        services.TryAddSingleton<OperationEndpoints>();
        services.TryAddSingleton<AlarmList>();
        services.TryAddSingleton<AlarmEndpoints>();
        services.AddOptions<SilosMetricsOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SilosMetricsOptions>, SilosMetricsOptionsValidator>());
        services.AddOptions<SilosTelemetryOptions>();
        services.TryAddSingleton(static provider => new MetricsCollector([.. provider.GetRequiredService<IOptions<SilosTelemetryOptions>>().Value.Meters]));
        services.TryAddSingleton<MetricsEndpoints>();
        services.TryAddSingleton<HealthGlance>();
        services.TryAddSingleton<HealthEndpoints>();
        services.TryAddSingleton<StatsEndpoints>();
        DashboardServices.Add(services);
        services.AddOpenApi("v1", options => options
            .AddDocumentTransformer<DocumentTransformer>()
            .AddOperationTransformer<OperationTransformer>());
        return services;
    }
}
