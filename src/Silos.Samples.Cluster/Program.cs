using Silos.Hosting;
using Silos.Samples.Cluster.Shop;
using Silos.Samples.Cluster.Worker;

// Two programs in one: the shop, a client app of the cluster, and a silo with the handlers that the shop asks for.
return args switch
{
    ["shop", .. var rest] => await ShopApp.RunAsync(rest),
    ["worker", .. var rest] => await SilosProgram.RunAsync(rest, WorkerSilo.Build, HostKind.Silo),
    _ => await RefuseAsync(),
};

static async Task<int> RefuseAsync()
{
    await Console.Error.WriteLineAsync("Say what to be: 'shop' (a client app) or 'worker' (a silo with the samples' jobs).");
    return ExitCode.Usage;
}
