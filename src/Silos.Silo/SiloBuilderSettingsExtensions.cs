using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Silos.Hosting;

namespace Silos.Silo;

/// <summary>Hands the settings of a silo to Orleans.</summary>
internal static class SiloBuilderSettingsExtensions
{
    /// <summary>How many signs of life in the table may be missing until an entry is stale.</summary>
    private const int MissedAlives = 3;

    /// <summary>How many times the first wait for an answer may become, when answers are slow.</summary>
    private const double LongestProbe = 1.5;

    /// <summary>How long handing over partitions and leaving the cluster may take besides the drain.</summary>
    private static readonly TimeSpan Leave = TimeSpan.FromSeconds(15);

    public static ISiloBuilder UseSettings(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<IValidateOptions<SiloSettings>, SiloSettingsValidator>();
        silo.Services.AddSingleton<IFatalErrorHandler, SiloEnd>();
        silo.Services.AddSingleton(static provider =>
        {
            var settings = provider.GetRequiredService<IOptions<SiloSettings>>().Value;
            var gateway = settings.GatewayPort == 0 ? "no gateway" : $"gateway {settings.GatewayPort}";
            return new BannerLine(
                "silo",
                $"{SiloIdentity.NameOf(settings)} at {SiloIdentity.AddressOf(settings)}:{settings.SiloPort}, {gateway}, cluster {settings.ClusterId}");
        });

        // A silo drains as a single process does, and then takes leave of the others.
        silo.Services.PostConfigure<HostOptions>(static host => host.ShutdownTimeout += Leave);
        silo.Services.AddOptions<ClusterOptions>().Configure<IOptions<SiloSettings>>(static (cluster, settings) =>
        {
            cluster.ClusterId = settings.Value.ClusterId;
            cluster.ServiceId = settings.Value.ServiceId;
        });
        silo.Services.AddOptions<SiloOptions>().Configure<IOptions<SiloSettings>>(static (own, settings) =>
            own.SiloName = SiloIdentity.NameOf(settings.Value));
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<SiloSettings>>(static (endpoints, settings) =>
        {
            endpoints.AdvertisedIPAddress = SiloIdentity.AddressOf(settings.Value);
            endpoints.SiloPort = settings.Value.SiloPort;
            endpoints.GatewayPort = settings.Value.GatewayPort;
            if (settings.Value.ListenAnywhere)
            {
                endpoints.SiloListeningEndpoint = SiloIdentity.Anywhere(settings.Value.SiloPort);
                endpoints.GatewayListeningEndpoint = settings.Value.GatewayPort == 0 ? null : SiloIdentity.Anywhere(settings.Value.GatewayPort);
            }
        });
        silo.Services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<SiloSettings>>(static (membership, settings) =>
        {
            var given = settings.Value.Membership;
            membership.ProbeTimeout = given.ProbeTimeout;

            // Orleans believes nobody's death who said anything within so many times the longest wait for an answer. By itself that wait is four
            // times the first one: a silo that hangs or is cut off, whose connections nobody closes, would live on for twelve seconds.
            membership.MaxProbeTimeout = given.ProbeTimeout * LongestProbe;
            membership.NumMissedProbesLimit = given.MissedProbes;
            membership.NumVotesForDeathDeclaration = given.Votes;
            membership.TableRefreshTimeout = given.TableRefresh;
            membership.IAmAliveTablePublishTimeout = given.AliveInterval;
            membership.NumMissedTableIAmAliveLimit = MissedAlives;
            membership.MaxJoinAttemptTime = given.JoinTimeout;
        });
        return silo;
    }
}
