namespace Silos.Sqlite.Tests;

/// <summary>Reads the files in <c>Sql/</c> of this project, and the snapshot of the schema.</summary>
internal static class TestSql
{
    public static string Read(string name)
    {
        using var stream = typeof(TestSql).Assembly.GetManifestResourceStream($"{name}.sql")
            ?? throw new InvalidOperationException($"There is no file {name}.sql.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
