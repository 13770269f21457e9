namespace Silos.Postgres;

/// <summary>The statements of this project, by the path of their file: <c>Runs/insert_runs</c>.</summary>
internal static class SqlText
{
    private const string Migrations = "Migrations/";

    private static readonly Dictionary<string, string> Statements = Load();

    /// <summary>Gets the names of all statements.</summary>
    public static IEnumerable<string> Names => Statements.Keys.Where(name => !name.StartsWith(Migrations, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>Gets the migrations in order: number, name, text.</summary>
    public static IReadOnlyList<(int Version, string Name, string Text)> MigrationFiles { get; } =
    [
        .. Statements.Where(file => file.Key.StartsWith(Migrations, StringComparison.Ordinal))
            .Select(file => (
                int.Parse(file.Key.AsSpan(Migrations.Length, 4), System.Globalization.CultureInfo.InvariantCulture),
                file.Key[(Migrations.Length + 5)..],
                file.Value))
            .OrderBy(file => file.Item1),
    ];

    /// <summary>Gets a statement without the comment at its head.</summary>
    public static string Get(string name) => Statements[name];

    private static Dictionary<string, string> Load()
    {
        var assembly = typeof(SqlText).Assembly;
        var statements = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var text = reader.ReadToEnd();
            var lines = text.Split('\n').SkipWhile(line => line.StartsWith("--", StringComparison.Ordinal));
            statements.Add(name, string.Join('\n', lines).Trim());
        }

        return statements;
    }
}
