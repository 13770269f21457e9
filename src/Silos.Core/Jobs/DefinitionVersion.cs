namespace Silos.Jobs;

/// <summary>A definition that a job has or had. The newest is written with the change itself, so none is missing or told twice.</summary>
public sealed record DefinitionVersion
{
    /// <summary>How many a job keeps; the oldest go first.</summary>
    public const int Kept = 50;

    /// <summary>Gets its number: 1 for the first that was kept, and one more with each change.</summary>
    public required long Number { get; init; }

    /// <summary>Gets when it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// Gets who wrote it: as the credential names them, or the process whose code or file says so. Null where nobody knows: it was found in the
    /// store when somebody changed it, because a version of Silos had written it that kept no history. <see cref="At"/> is then when the job was last written.
    /// </summary>
    public string? By { get; init; }

    /// <summary>Gets where it came from; see <see cref="Job.Source"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the deployment version of the process that wrote it; empty for none.</summary>
    public string DeploymentVersion { get; init; } = string.Empty;

    /// <summary>Gets the definition.</summary>
    public required JobDefinition Definition { get; init; }
}
