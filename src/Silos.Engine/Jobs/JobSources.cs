namespace Silos.Engine.Jobs;

/// <summary>
/// Where definitions come from. A job belongs to the source that registered it first: another one is refused with an error
/// that names both, and never takes over. To move a job, delete it in its source (or prune it there) first. Only between
/// jobs files is it handed on: a process has one, so the other name is that of a file that was renamed.
/// </summary>
internal static class JobSources
{
    /// <summary>Registered in C# when the process was built; see <see cref="CodeSource"/>.</summary>
    public const string Code = "code";

    /// <summary>Registered by somebody over HTTP, one by one.</summary>
    public const string Api = "api";

    /// <summary>What the sources begin with of which somebody applies whole files over HTTP or with the command line; a name of theirs follows.</summary>
    public const string Apply = "apply:";

    /// <summary>What the sources of jobs files begin with; the file's name follows.</summary>
    public const string File = "file:";

    /// <summary>Tells whether a source is a person's wish, which counts whichever process it reaches; code and files are as old as their deployment.</summary>
    public static bool IsWish(string source) => source == Api || source.StartsWith(Apply, StringComparison.Ordinal);

    /// <summary>Tells whether a job of one source now belongs to the other.</summary>
    public static bool IsRenamed(string stored, string source) =>
        stored != source
        && stored.StartsWith(File, StringComparison.Ordinal)
        && source.StartsWith(File, StringComparison.Ordinal);
}
