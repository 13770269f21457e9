namespace Silos.Hosting;

/// <summary>What a host found out about itself before it was built.</summary>
internal sealed record HostPlan
{
    /// <summary>Gets what is wrong so far; told together with what the options find.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Gets what has to be told at start.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Gets the store.</summary>
    public required StoreChoice Store { get; init; }

    /// <summary>Gets the form of log lines.</summary>
    public required LogFormat Format { get; init; }
}
