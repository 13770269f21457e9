namespace Silos.Deploy.Tests.Support;

/// <summary>The source tree above the tests.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string At(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(At(path));

    /// <summary>Copies a folder with everything in it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static string FindRoot()
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
