namespace Silos.Cli.Tests.Support;

/// <summary>Where things are in the source tree.</summary>
internal static class Places
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Find();

    /// <summary>The transcripts.</summary>
    public static string Transcripts { get; } = Path.Combine(Root, "tests", "Silos.Cli.Tests", "Transcripts");

    /// <summary>The files that transcripts read.</summary>
    public static string Inputs { get; } = Path.Combine(Root, "tests", "Silos.Cli.Tests", "Inputs");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Silos.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Silos.sln was not found above the tests.");
    }
}
