using Microsoft.Extensions.Configuration.Memory;
using Silos.Hosting;
using Silos.Samples.Cluster.Shop;
using Silos.Samples.Data;
using Silos.Silo;

namespace Silos.Samples.Cluster.Worker;

/// <summary>A silo like any other, with handlers and jobs that the others do not have: their runs come here.</summary>
internal static class WorkerSilo
{
    /// <summary>Beside two silos on the same machine; client apps and people go to those.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["urls"] = "http://127.0.0.1:8082",
        ["Silos:Roles"] = "scheduler,worker",
        ["Silos:Cluster:SiloPort"] = "11113",
        ["Silos:Cluster:GatewayPort"] = "0",
    };

    public static WebApplication Build(HostArguments arguments) => SiloHost.Build(arguments, builder =>
    {
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        builder.Services.AddSingleton(_ => ShopDatabase.Of(arguments.Database ?? builder.Configuration.GetConnectionString("Silos")));
        builder.UseOrleans(silo => silo.AddSilos(silos => silos
            .AddSampleJobs(SampleSettings.Read(builder.Configuration))
            .AddSampleLife()
            .AddHandler<ConfirmOrder, ConfirmOrderHandler>(ConfirmOrderHandler.Key, h => h.Retry(5).Describe("Confirms an order of the shop."))));
    });
}
