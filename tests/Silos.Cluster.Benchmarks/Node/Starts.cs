using System.Collections.Concurrent;
using System.Diagnostics;
using Silos.Workers;

namespace Silos.Cluster.Benchmarks.Node;

/// <summary>The first line of the handler: counted always, written down when somebody wants to know when.</summary>
internal sealed class Starts
{
    private ConcurrentQueue<Start>? _starts;
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(JobContext context)
    {
        var at = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _count);
        Volatile.Read(ref _starts)?.Enqueue(
            new Start(context.RunId.Value, at, (TimeProvider.System.GetUtcNow() - context.DueAt).TotalMilliseconds));
    }

    /// <summary>From now on starts are written down.</summary>
    public bool Record()
    {
        Volatile.Write(ref _starts, []);
        return true;
    }

    /// <summary>Gets what was written down.</summary>
    public IReadOnlyList<Start> Taken() => [.. Volatile.Read(ref _starts) ?? []];
}

/// <summary>One start.</summary>
/// <param name="Run">Of which run.</param>
/// <param name="At">When, on the clock of the machine that <see cref="Stopwatch"/> reads in every process (Linux: the time since it was started).</param>
/// <param name="Late">Milliseconds after the run was due.</param>
internal sealed record Start(Guid Run, long At, double Late);

/// <summary>What a silo has spent and done since its start.</summary>
internal sealed record SiloFacts(double CpuSeconds, long Rss, long Heap, long Allocated, long RoundTrips, long Executed);
