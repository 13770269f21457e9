using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Silos.Cluster.Queues;
using Silos.Cluster.Tests.Support;
using Silos.Hosting;
using Silos.Queues;
using Silos.Silo;
using Silos.Testing;
using Silos.Web.Tests.Hosts;

namespace Silos.Cluster.Tests.Api;

/// <summary>
/// Two silos as they are shipped, in this process, on a database of their own on a real PostgreSQL. The first one is asked; jobs and
/// partitions live on both.
/// </summary>
public sealed class SiloApiHost : IApiHost
{
    private readonly List<WebApplication> _silos = [];
    private string _database = string.Empty;

    /// <inheritdoc/>
    public string Name => "two silos";

    /// <inheritdoc/>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <inheritdoc/>
    public IReadOnlyList<Endpoint> Endpoints => [.. ((IEndpointRouteBuilder)_silos[0]).DataSources.SelectMany(source => source.Endpoints)];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            var silo = Build(FreePort(), FreePort());
            _silos.Add(silo);
            await silo.StartAsync();
        }

        Http.BaseAddress = new Uri(_silos[0].Urls.First());
        await Grid.UntilAsync(() => Task.FromResult(_silos.TrueForAll(HasPartitions)), "both silos have partitions");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var silo in Enumerable.Reverse(_silos))
        {
            await silo.StopAsync();
            await silo.DisposeAsync();
        }

        await (await PostgresServer.SharedAsync()).DropDatabaseAsync(_database, CancellationToken.None);
    }

    private static bool HasPartitions(WebApplication silo)
    {
        var board = silo.Services.GetRequiredService<PartitionBoard>();
        return Enumerable.Range(0, Partitions.Count).Any(partition => board.Find(partition) is not null);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private WebApplication Build(int siloPort, int gatewayPort) => SiloHost.Build(
        new HostArguments { Store = "postgres", Database = _database, Urls = "http://127.0.0.1:0" },
        builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestSettings.All);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Orleans"] = "None",
                ["Silos:Cluster:Address"] = "127.0.0.1",
                ["Silos:Cluster:SiloPort"] = siloPort.ToString(CultureInfo.InvariantCulture),
                ["Silos:Cluster:GatewayPort"] = gatewayPort.ToString(CultureInfo.InvariantCulture),
            });
            builder.UseOrleans(silo => silo.AddSilos(silos => silos.AddTestHandlers()));
        });
}
