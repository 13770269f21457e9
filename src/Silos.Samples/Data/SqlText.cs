using System.Collections.Concurrent;

namespace Silos.Samples.Data;

/// <summary>The samples' statements, each from a file of its own.</summary>
internal static class SqlText
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    /// <summary>Gets the names of all statements.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(SqlText).Assembly.GetManifestResourceNames().Where(name => name.Contains("/Sql/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Reads a statement.</summary>
    public static string Read(string name) => Texts.GetOrAdd(name, static name =>
    {
        using var stream = typeof(SqlText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no statement {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
