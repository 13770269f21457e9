using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Figures;
using Silos.Cluster.Benchmarks.Node;
using Silos.Cluster.Benchmarks.Support;

if (args is [BenchSilo.Verb, ..])
{
    await BenchSilo.RunAsync(args[1..]);
    return 0;
}

var order = Order.Parse(args, Console.Error);
if (order is null)
{
    return 2;
}

foreach (var figure in order.Figures)
{
    Report.Say($"== {figure}, {order.Silos} silo(s)");
    await using var cluster = await BenchCluster.StartAsync(order, figure);
    await (figure switch
    {
        "enqueue-1" or "enqueue-32" or "enqueue-1000" => EnqueueFigure.RunAsync(cluster, perCall: 1),
        "bulk" => EnqueueFigure.RunAsync(cluster, perCall: 1_000),
        "drain" => DrainFigure.RunAsync(cluster),
        "latency" => LatencyFigure.RunAsync(cluster),
        "storm" => StormFigure.RunAsync(cluster),
        "jobs" => JobsFigure.RunAsync(cluster),
        _ => throw new InvalidOperationException($"'{figure}' is in the order and is no figure."),
    });
}

return 0;
