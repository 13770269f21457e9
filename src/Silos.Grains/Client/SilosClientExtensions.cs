using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Grains;
using Silos.Grains.Wire;
using Silos.Stores;

namespace Silos;

/// <summary>Lets an app be a client of a Silos cluster.</summary>
public static class SilosClientExtensions
{
    /// <summary>The key of our clock in a container, as in silos.</summary>
    private const string ClockKey = "silos";

    /// <summary>
    /// Adds <see cref="ISilosClient"/> over the cluster's grains, and what is needed to call the grains themselves
    /// (<see cref="IJobGrain"/>, <see cref="ITenantGrain"/> …).
    /// </summary>
    /// <param name="client">The Orleans client.</param>
    /// <param name="configure">Adds a fallback, for example with <c>silos.UsePostgresFallback(connectionString)</c>.</param>
    public static IClientBuilder AddSilosClient(this IClientBuilder client, Action<ISilosBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        var services = client.Services;
        ContractServices.Add(services, typeof(IJobGrain).Assembly);
        services.AddOptions<SilosClientOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SilosClientOptions>, SilosClientOptionsValidator>());
        ConnectInBackground(services);
        services.TryAddSingleton<ISilosClient>(static provider =>
        {
            var connection = provider.GetService<ClusterConnection>();
            return new GrainSilosClient(
                provider.GetRequiredService<IClusterClient>(),
                () => connection is not { IsUp: false },
                provider.GetRequiredService<IOptions<SilosClientOptions>>(),
                provider.GetService<IEnqueueFallback>(),
                Clock(provider),
                provider.GetRequiredService<ILogger<GrainSilosClient>>());
        });
        configure?.Invoke(new ClientSilosBuilder(services));
        return client;
    }

    /// <summary>Connects an app to a cluster and adds <see cref="AddSilosClient(IClientBuilder, Action{ISilosBuilder}?)"/>.</summary>
    /// <param name="builder">The app.</param>
    /// <param name="cluster">Says where the cluster is, for example with <c>client.UseAdoNetClustering(…)</c>.</param>
    /// <param name="configure">Adds a fallback.</param>
    public static IHostApplicationBuilder AddSilosClient(
        this IHostApplicationBuilder builder, Action<IClientBuilder> cluster, Action<ISilosBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(cluster);
        builder.UseOrleansClient(client =>
        {
            cluster(client);
            client.AddSilosClient(configure);
        });
        return builder;
    }

    /// <summary>Changes the client's settings in code.</summary>
    public static ISilosBuilder ConfigureClient(this ISilosBuilder silos, Action<SilosClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silos);
        silos.Services.Configure(configure);
        return silos;
    }

    /// <summary>Puts <see cref="ClusterConnection"/> in the place of the service by which Orleans connects a client when the app starts.</summary>
    private static void ConnectInBackground(IServiceCollection services)
    {
        var start = services.LastOrDefault(static service => service.ServiceType == typeof(IHostedService)
            && !service.IsKeyedService
            && service.ImplementationFactory?.Method.Module.Assembly.GetName().Name?.StartsWith("Orleans.", StringComparison.Ordinal) == true);
        if (start?.ImplementationFactory is not { } orleans)
        {
            // A silo, whose own client needs no connection, or a client that somebody else starts.
            return;
        }

        services.Replace(ServiceDescriptor.Singleton<IClientConnectionRetryFilter>(
            static provider => new PatientConnecting(Clock(provider), provider.GetRequiredService<ILogger<PatientConnecting>>())));
        services.Remove(start);
        services.AddSingleton(provider => new ClusterConnection(
            (IHostedService)orleans(provider),
            provider.GetRequiredService<IOptions<SilosClientOptions>>(),
            Clock(provider),
            provider.GetRequiredService<ILogger<ClusterConnection>>()));
        services.AddHostedService(static provider => provider.GetRequiredService<ClusterConnection>());
    }

    private static TimeProvider Clock(IServiceProvider provider) => provider.GetKeyedService<TimeProvider>(ClockKey) ?? SystemClock;

#pragma warning disable RS0030 // A client app composes its own clock; everything else is given a TimeProvider.
    private static TimeProvider SystemClock => TimeProvider.System;
#pragma warning restore RS0030

    private sealed class ClientSilosBuilder(IServiceCollection services) : ISilosBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}
