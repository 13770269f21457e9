using System.Text.Json.Nodes;
using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Node;

namespace Silos.Cluster.Benchmarks.Support;

/// <summary>What had been spent at one moment: by this process and the database, by each silo, by the server.</summary>
internal sealed record Usage(Spent Client, SiloFacts[] Silos, TimeSpan Server)
{
    public long RoundTrips => Silos.Sum(silo => silo.RoundTrips);

    public double SiloCpu => Silos.Sum(silo => silo.CpuSeconds);

    public static TimeSpan Between(Usage from, Usage to) => Spent.Between(from.Client, to.Client);

    /// <summary>Reports who spent what on some runs.</summary>
    public static void Spend(Report report, Usage from, Usage to, long runs)
    {
        var client = (to.Client.Cpu - from.Client.Cpu).TotalSeconds;
        var silos = to.Silos.Zip(from.Silos, (after, before) => after.CpuSeconds - before.CpuSeconds).ToArray();
        var server = (to.Server - from.Server).TotalSeconds;
        report.Add("cpu_seconds_client", Math.Round(client, 2));
        report.Add("cpu_seconds_silos", new JsonArray([.. silos.Select(cpu => JsonValue.Create(Math.Round(cpu, 2)))]));
        report.Add("cpu_seconds_server", Math.Round(server, 2));
        report.Add("cpu_us_per_run", Math.Round((client + silos.Sum() + server) / runs * 1e6, 1));
        report.Add("silo_bytes_allocated_per_run", Math.Round((to.Silos.Sum(silo => silo.Allocated) - from.Silos.Sum(silo => silo.Allocated)) / (double)runs));
        report.Add("commits_per_run", Math.Round((to.Client.Commits - from.Client.Commits) / (double)runs, 4));
        report.Add("round_trips_per_run", Math.Round((to.RoundTrips - from.RoundTrips) / (double)runs, 4));
        report.Add("wal_bytes_per_run", Math.Round((to.Client.Bytes - from.Client.Bytes) / (double)runs));
        Report.Say($"CPU: client {client:N1} s, silos {string.Join(" + ", silos.Select(cpu => $"{cpu:N1}"))} s, PostgreSQL {server:N1} s");
    }
}
