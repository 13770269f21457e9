using System.Text.RegularExpressions;

namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>Loads statements and puts identifiers into their places. Values never go this way; they are parameters.</summary>
internal static partial class SqlText
{
    /// <summary>Fills the places of a statement in one pass, so that an identifier which looks like a place stays what it is.</summary>
    public static string Load(string file, params ReadOnlySpan<(string Place, string Sql)> parts)
    {
        using var stream = typeof(SqlText).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The statement {file} is not in the assembly.");
        using var reader = new StreamReader(stream);
        var statement = string.Join('\n', reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal)));
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (place, sql) in parts)
        {
            places[place] = sql;
        }

        return Place().Replace(statement, match => places[match.Groups[1].Value]);
    }

    /// <summary>Tells whether this may name a table: <c>name</c> or <c>schema.name</c>, letters, digits and <c>_</c>, at most 63 characters each.</summary>
    public static bool IsTable(string name) => Table().IsMatch(name);

    public static string QuoteTable(string table) => string.Join('.', table.Split('.').Select(Quote));

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"\{(\w+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Table();
}
