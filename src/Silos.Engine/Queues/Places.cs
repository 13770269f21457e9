namespace Silos.Engine.Queues;

/// <summary>Where one turn may start runs: so many slots here, and whatever other workers have free.</summary>
/// <param name="here">How many slots of this process were taken for it.</param>
/// <param name="remote">Workers of other processes; null if there are none.</param>
/// <param name="starting">What has been chosen so far.</param>
/// <param name="claim">The claim of what begins here.</param>
/// <param name="now">The current instant.</param>
internal sealed class Places(int here, IRemoteWorkers? remote, StartingRuns starting, OpenClaim claim, DateTimeOffset now)
{
    // One turn lends no more than a worker can take in one message.
    private const int MostElsewhere = 1_000;

    public IRemoteWorkers? Remote { get; } = remote;

    public StartingRuns Starting { get; } = starting;

    /// <summary>Gets the claim of what begins here.</summary>
    public OpenClaim Claim { get; } = claim;

    public DateTimeOffset Now { get; } = now;

    /// <summary>Gets the claim of each other worker.</summary>
    public Dictionary<string, OpenClaim> ClaimsElsewhere { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets whether a slot is left here.</summary>
    public bool AnyHere => Starting.Here.Count < here;

    /// <summary>Gets whether anything may still be started.</summary>
    public bool Any => AnyHere || (Remote is not null && Starting.Elsewhere.Count < MostElsewhere);

    /// <summary>Gets a worker's claim of this turn.</summary>
    public OpenClaim ClaimOf(string worker, Func<byte, OpenClaim> make)
    {
        if (!ClaimsElsewhere.TryGetValue(worker, out var claim))
        {
            ClaimsElsewhere.Add(worker, claim = make((byte)(ClaimsElsewhere.Count + 1)));
        }

        return claim;
    }
}

/// <summary>What became of the try to start a run.</summary>
internal enum Start
{
    /// <summary>It starts with the commit.</summary>
    Begun,

    /// <summary>Something holds it back, and what stands behind it may go on.</summary>
    Parked,

    /// <summary>There is no free slot anywhere; it stays the first of its queue.</summary>
    NoPlace,
}
