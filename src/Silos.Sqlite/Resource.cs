using System.Reflection;

namespace Silos.Sqlite;

/// <summary>Reads files that are embedded in this assembly.</summary>
internal static class Resource
{
    private static readonly Assembly Home = typeof(Resource).Assembly;

    /// <summary>Lists the names of embedded files in a folder, in order.</summary>
    public static IReadOnlyList<string> List(string folder) =>
    [
        .. Home.GetManifestResourceNames().Where(name => name.StartsWith($"{folder}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads an embedded file.</summary>
    public static string Read(string name)
    {
        using var stream = Home.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The file '{name}' is not embedded in {Home.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
