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
        services.TryAddSingleton<ISilosClient>(static provider => new GrainSilosClient(
            provider.GetRequiredService<IClusterClient>(),
            provider.GetRequiredService<IOptions<SilosClientOptions>>(),
            provider.GetService<IEnqueueFallback>(),
            provider.GetKeyedService<TimeProvider>(ClockKey) ?? SystemClock,
            provider.GetRequiredService<ILogger<GrainSilosClient>>()));
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

#pragma warning disable RS0030 // A client app composes its own clock; everything else is given a TimeProvider.
    private static TimeProvider SystemClock => TimeProvider.System;
#pragma warning restore RS0030

    private sealed class ClientSilosBuilder(IServiceCollection services) : ISilosBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}
