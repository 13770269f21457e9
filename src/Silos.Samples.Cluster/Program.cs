using Silos.Hosting;
using Silos.Samples.Cluster.Shop;
using Silos.Samples.Cluster.Worker;

// Two programs in one: the shop, a client app of the cluster, and a silo with the handlers that the shop asks for.
var what = Array.Find(args, static word => word is "shop" or "worker");
string[] rest = [.. args.Where(word => word != what)];
switch (what)
{
    case "shop":
        return await ShopApp.RunAsync(rest);
    case "worker":
        return await SilosProgram.RunAsync(rest, WorkerSilo.Build, HostKind.Silo);
    default:
        await Console.Error.WriteLineAsync("Say what to be: 'shop' (a client app) or 'worker' (a silo with the samples' jobs).");
        return ExitCode.Usage;
}
