namespace Silos.ClusterSystem.Tests.Support;

/// <summary>Where things are, found from where the tests were built.</summary>
internal static class Artifacts
{
    private static readonly DirectoryInfo Here = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Gets the configuration of this build: <c>debug</c> or <c>release</c>.</summary>
    public static string Configuration => Here.Name;

    /// <summary>Gets the folder that git ignores.</summary>
    public static string Folder => Here.Parent!.Parent!.Parent!.FullName;

    /// <summary>Gets the root of the repository.</summary>
    public static string Root => Path.GetDirectoryName(Folder)!;

    /// <summary>Gets the silo that the tests start.</summary>
    public static string TestSilo
    {
        get
        {
            var path = Path.Combine(Folder, "bin", "Silos.TestSilo", Configuration, "Silos.TestSilo.dll");
            return File.Exists(path) ? path : throw new FileNotFoundException($"Build Silos.TestSilo first: {path} is missing.");
        }
    }
}
