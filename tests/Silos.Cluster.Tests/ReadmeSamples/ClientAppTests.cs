using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Silos.Cluster.Tests.ReadmeSamples;

/// <summary>A client app is told where the silos are as a silo is.</summary>
public sealed class ClientAppTests
{
    [Theory]
    [InlineData(null, null, "silos", "silos")]
    [InlineData("blue", " ", "blue", "silos")]
    [InlineData("blue", "shop", "blue", "shop")]
    public void The_cluster_has_the_name_that_the_settings_of_its_silos_say(string? cluster, string? service, string expectedCluster, string expectedService)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Silos:Cluster:ClusterId"] = cluster;
        builder.Configuration["Silos:Cluster:ServiceId"] = service;
        ClientApp.Compose(builder, "Host=db;Database=app;Username=silos");
        using var app = builder.Build();
        var options = app.Services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        Assert.Equal((expectedCluster, expectedService), (options.ClusterId, options.ServiceId));
        var clustering = app.Services.GetRequiredService<IOptions<AdoNetClusteringClientOptions>>().Value;
        Assert.Equal("Npgsql", clustering.Invariant);
        Assert.Contains("Search Path=silos,pg_temp", clustering.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_that_makes_no_sense_is_refused_at_once() => Assert.Contains(
        "not valid",
        Assert.Throws<StartupException>(() => ClientApp.Compose(Host.CreateEmptyApplicationBuilder(null), "Hots=db")).Message,
        StringComparison.Ordinal);
}
