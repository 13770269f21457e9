namespace Silos.Client.Jobs;

/// <summary>The definitions that a job has and had, latest first: <c>GET /api/jobs/{name}/definitions</c>.</summary>
/// <param name="Items">The definitions.</param>
/// <param name="Next">What to give as <c>before</c> for the following ones; absent at the end.</param>
public sealed record DefinitionListResponse(IReadOnlyList<DefinitionResponse> Items, long? Next);

/// <summary>A definition that a job has or had, and what it changed.</summary>
public sealed record DefinitionResponse
{
    /// <summary>Gets its number: 1 for the first that was kept, rising with each change. Not the <see cref="JobResponse.Version"/>, which counts every write.</summary>
    public required long Version { get; init; }

    /// <summary>Gets when it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// Gets who wrote it: the name of a credential, or of the process whose code or file says so. Absent where that is not known: a version of Silos
    /// wrote it that kept no history, and <see cref="At"/> is when the job was last written before it was changed.
    /// </summary>
    public string? By { get; init; }

    /// <summary>Gets where it came from: <c>code</c>, <c>file:silos.yaml</c>, <c>api</c>, <c>apply:NAME</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the deployment version that wrote it; absent if it has none.</summary>
    public string? Deployment { get; init; }

    /// <summary>Gets the definition, in the shape in which it can be put again.</summary>
    public required JobDocument Definition { get; init; }

    /// <summary>Gets how it differs from the one before; empty for the registration of the job, absent where the one before is not kept.</summary>
    public IReadOnlyList<FieldChangeResponse>? Changes { get; init; }
}

/// <summary>A field that changed.</summary>
/// <param name="Field">The field: <c>priority</c>, <c>schedules</c>, <c>payload.folder</c>. A setting that is left out of a definition has its default.</param>
/// <param name="Before">What it was; absent where there was nothing.</param>
/// <param name="After">What it is; absent where there is nothing any more.</param>
public sealed record FieldChangeResponse(string Field, JsonText? Before, JsonText? After);
