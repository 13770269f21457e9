using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Silos.Benchmarks.Support;
using Silos.Hosting;
using Silos.Silo;

namespace Silos.Cluster.Benchmarks.Node;

/// <summary>A silo as shipped with a handler that does nothing, in a process of its own. It is asked by lines on standard input, and answers with one line each.</summary>
internal static class BenchSilo
{
    /// <summary>The first word of the command line.</summary>
    public const string Verb = "silo";

    /// <summary>How a line begins that is an answer; the others are the silo's log.</summary>
    public const string Mark = "> ";

    public static async Task RunAsync(string[] args)
    {
        var starts = new Starts();
        using var trips = new RoundTrips();
        await using var app = SiloHost.Build(HostArguments.Parse(args, HostKind.Silo), builder =>
        {
            builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
            builder.UseOrleans(silo => silo.AddSilos(silos => silos.AddHandler("noop", (context, _) =>
            {
                starts.Add(context);
                return Task.CompletedTask;
            })));
        });
        await app.StartAsync();
        Answer("ready");

        // Whoever started it is gone when there is nothing more to read.
        while (await Console.In.ReadLineAsync() is { } question and not "stop")
        {
            Answer(question switch
            {
                "count" => starts.Count,
                "record" => starts.Record(),
                "starts" => starts.Taken(),
                "collect" => Facts(starts, trips, collect: true),
                "facts" => Facts(starts, trips, collect: false),
                _ => throw new InvalidOperationException($"'{question}' is not a question."),
            });
        }

        await app.StopAsync();
        Answer("stopped");
    }

    private static SiloFacts Facts(Starts starts, RoundTrips trips, bool collect)
    {
        if (collect)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        using var process = Process.GetCurrentProcess();
        return new SiloFacts(
            process.TotalProcessorTime.TotalSeconds,
            process.WorkingSet64,
            GC.GetTotalMemory(forceFullCollection: false),
            GC.GetTotalAllocatedBytes(),
            trips.Count,
            starts.Count);
    }

    private static void Answer(object answer) => Console.WriteLine(Mark + JsonSerializer.Serialize(answer));
}
