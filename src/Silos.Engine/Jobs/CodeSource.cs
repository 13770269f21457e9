namespace Silos.Engine.Jobs;

/// <summary>The source of the jobs that this process registers in C#.</summary>
/// <param name="Name">
/// <see cref="JobSources.Code"/> in one process. In a cluster the program's name follows after a colon: programs with different jobs may
/// share a cluster, and each looks after its own.
/// </param>
internal sealed record CodeSource(string Name)
{
    /// <summary>Names the jobs of one of several programs.</summary>
    public static CodeSource Of(string program) => new($"{JobSources.Code}:{program}");
}
