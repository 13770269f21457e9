using Microsoft.Extensions.Hosting;
using Silos.Grains;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Cluster.Tests.ReadmeSamples;

/// <summary>What the READMEs say to client apps.</summary>
internal static class ClientApp
{
    public static void Compose(IHostApplicationBuilder builder, string connection) =>
        builder.AddSilosClient(
            client => client.UsePostgresMembership(connection),     // where the silos are
            silos => silos.UsePostgresFallback(connection));        // an enqueue survives that no silo answers

    public static async Task<RunId> TriggerAsync(IClusterClient cluster, CancellationToken token)
    {
        var reply = await cluster.GetGrain<IJobGrain>("default/nightly").TriggerAsync(new TriggerOptions { By = "ann" }, token);
        var run = reply.Get(); // throws what went wrong in the silo, as what it is

        return run;
    }
}
