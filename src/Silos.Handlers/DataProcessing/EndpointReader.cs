using System.Text;
using System.Text.Json;
using Silos.Handlers.DataProcessing.Files;
using Silos.Handlers.DataProcessing.Sql;

namespace Silos.Handlers.DataProcessing;

/// <summary>Reads <c>source</c> and <c>target</c>: a file's name, <c>table:NAME</c>, or an object that says more.</summary>
internal sealed class EndpointReader(PayloadObject payload, DataProcessingHandlerOptions options)
{
    private const string Hint =
        "must be a file's name such as sales.csv, table:NAME, or an object with 'file', 'table' or 'query'";

    private const string TablePrefix = "table:";

    public Endpoint Source()
    {
        var (text, more) = Find("source");
        if (text is not null)
        {
            return text.StartsWith(TablePrefix, StringComparison.Ordinal)
                ? new TableEndpoint(Connection(payload, "source", null), Table(payload, "source", text[TablePrefix.Length..], null), false, [])
                : File("source", text, null);
        }

        var endpoint = more!.Has("file") ? File("source", more.Text("file", Hint), more)
            : more.Has("query") ? Query(more)
            : (Endpoint)new TableEndpoint(Connection(more, "connection", more), Table(more, "table", more.Text("table", Hint), more), false, []);
        more.End();
        return endpoint;
    }

    public Endpoint Target()
    {
        var (text, more) = Find("target");
        if (text is not null)
        {
            return text.StartsWith(TablePrefix, StringComparison.Ordinal)
                ? new TableEndpoint(Connection(payload, "target", null), Table(payload, "target", text[TablePrefix.Length..], null), false, [])
                : File("target", text, null);
        }

        Endpoint endpoint = more!.Has("file") ? File("target", more.Text("file", Hint), more) : TargetTable(more);
        more.End();
        return endpoint;
    }

    private (string? Text, PayloadObject? More) Find(string field) => payload.Find(field) switch
    {
        { ValueKind: JsonValueKind.Object } => (null, payload.Object(field)),
        { ValueKind: JsonValueKind.String } => (payload.Text(field, Hint), null),
        { } value => throw PayloadObject.Wrong(payload.Path(field), value, Hint),
        null => (payload.Text(field, Hint), null),
    };

    private TableEndpoint TargetTable(PayloadObject more)
    {
        var mode = more.TextOrNull("mode") ?? "append";
        if (mode is not ("append" or "replace"))
        {
            throw more.Problem("mode", mode, "must be append or replace");
        }

        var key = more.Texts("key");
        return mode == "replace" && key.Count > 0
            ? throw more.Problem("key", string.Join(", ", key), "must not be set with mode replace: there is nothing left to overwrite")
            : new TableEndpoint(
                Connection(more, "connection", more), Table(more, "table", more.Text("table", Hint), more), mode == "replace", key);
    }

    private QueryEndpoint Query(PayloadObject more)
    {
        var connection = Connection(more, "connection", more);
        var query = more.Text("query", Hint);
        return connection.AllowQueries
            ? new QueryEndpoint(connection, query)
            : throw more.Problem("query", null, $"is not allowed on connection '{connection.Name}'; name a 'table', or add the connection with allowQueries");
    }

    private DataConnection Connection(PayloadObject at, string field, PayloadObject? more)
    {
        var connections = options.Connections;
        var name = more?.TextOrNull("connection");
        var found = name is not null ? connections.GetValueOrDefault(name)
            : connections.GetValueOrDefault("default") ?? (connections.Count == 1 ? connections.Values.Single() : null);
        return found ?? throw at.Problem(field, name, connections.Count == 0
            ? "needs a connection, and none is configured (AddDataProcessingHandler with AddConnection)"
            : $"must be a connection configured here: {string.Join(", ", connections.Keys)}");
    }

    private string Table(PayloadObject at, string field, string table, PayloadObject? more)
    {
        if (!SqlText.IsTable(table))
        {
            throw at.Problem(field, table, "must name a table: NAME or SCHEMA.NAME, of letters, digits and '_'");
        }

        var connection = Connection(at, field, more);
        return connection.Allows(table)
            ? table
            : throw at.Problem(field, table, $"is not allowed; connection '{connection.Name}' gives {string.Join(", ", connection.Tables!)}");
    }

    private FileEndpoint File(string field, string name, PayloadObject? more)
    {
        var (at, place) = more is null ? (payload, field) : (more, "file");
        if (DataDirectory.Problem(name) is { } problem)
        {
            throw at.Problem(place, name, problem);
        }

        var format = Format(at, place, name, more);
        var columns = more?.Texts("columns");
        return new FileEndpoint(
            name,
            format,
            Delimiter(name, more),
            more?.Flag("header", true) ?? true,
            columns is { Count: > 0 } ? Distinct(more!, columns) : null,
            Encoding(more),
            more?.TextOrNull("lineEnding") switch
            {
                null or "lf" => "\n",
                "crlf" => "\r\n",
                var other => throw more!.Problem("lineEnding", other, "must be lf or crlf"),
            });
    }

    private static FileFormat Format(PayloadObject at, string place, string name, PayloadObject? more) =>
        more?.TextOrNull("format") switch
        {
            "csv" => FileFormat.Csv,
            "jsonl" or "ndjson" => FileFormat.JsonLines,
            { } other => throw more.Problem("format", other, "must be csv or jsonl"),
            null => Path.GetExtension(name).ToLowerInvariant() switch
            {
                ".csv" or ".tsv" => FileFormat.Csv,
                ".jsonl" or ".ndjson" => FileFormat.JsonLines,
                _ => throw at.Problem(place, name, "must end in .csv, .tsv, .jsonl or .ndjson, or come with a 'format'"),
            },
        };

    private static char Delimiter(string name, PayloadObject? more)
    {
        var text = more?.TextOrNull("delimiter") ?? (name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? "\t" : ",");
        return text.Length == 1 && text[0] is not ('"' or '\r' or '\n' or '\0') && !char.IsSurrogate(text[0])
            ? text[0]
            : throw more!.Problem("delimiter", text, "must be one character such as , or ; and neither a quote nor a line break");
    }

    private static IReadOnlyList<string> Distinct(PayloadObject more, IReadOnlyList<string> columns) =>
        columns.Distinct(StringComparer.Ordinal).Count() == columns.Count && columns.All(column => column.Length > 0)
            ? columns
            : throw more.Problem("columns", string.Join(", ", columns), "must be names that are not empty and do not repeat");

    private static Encoding Encoding(PayloadObject? more) => more?.TextOrNull("encoding") switch
    {
        null or "utf-8" => System.Text.Encoding.UTF8,
        "utf-16" => System.Text.Encoding.Unicode,
        "latin1" => System.Text.Encoding.Latin1,
        var other => throw more!.Problem("encoding", other, "must be utf-8, utf-16 or latin1"),
    };
}
