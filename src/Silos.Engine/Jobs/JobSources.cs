namespace Silos.Engine.Jobs;

/// <summary>
/// Where definitions come from. A job belongs to the source that registered it first: another one is refused with an error
/// that names both, and never takes over. To move a job, delete it in its source (or prune it there) first.
/// </summary>
internal static class JobSources
{
    /// <summary>Registered in C# when the process was built.</summary>
    public const string Code = "code";

    /// <summary>Registered by somebody over HTTP or with the command line.</summary>
    public const string Api = "api";
}
