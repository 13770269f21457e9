using Silos.Handlers.DataProcessing.Aggregation;
using Silos.Handlers.DataProcessing.Files;
using Silos.Handlers.DataProcessing.Mapping;

namespace Silos.Handlers.DataProcessing;

/// <summary>What the <c>data_processing</c> handler is asked to do.</summary>
internal sealed record DataPayload
{
    private static readonly string[] AggregateFields = ["groupBy", "count", "sum", "min", "max", "avg"];

    public required DataOperation Operation { get; init; }

    public required Endpoint Source { get; init; }

    public required Endpoint Target { get; init; }

    public required RowSteps Steps { get; init; }

    /// <summary>Gets what to compute; null unless the operation is <see cref="DataOperation.Aggregate"/>.</summary>
    public AggregationPlan? Aggregation { get; init; }

    public required int MaxBadRows { get; init; }

    /// <summary>Gets the file for bad rows; null if there is no file they could lie beside.</summary>
    public string? ErrorsFile { get; init; }

    public static DataPayload Read(PayloadObject payload, DataProcessingHandlerOptions options)
    {
        var operation = ReadOperation(payload);
        var endpoints = new EndpointReader(payload, options);
        var (source, target) = (endpoints.Source(), endpoints.Target());
        if (operation == DataOperation.Import && (source is not FileEndpoint || target is FileEndpoint))
        {
            throw payload.Problem(
                source is FileEndpoint ? "target" : "source",
                source is FileEndpoint ? target.Label : source.Label,
                "does not fit: import reads a file and writes a table");
        }

        if (operation == DataOperation.Export && (source is FileEndpoint || target is not FileEndpoint))
        {
            throw payload.Problem(
                source is FileEndpoint ? "source" : "target",
                source is FileEndpoint ? source.Label : target.Label,
                "does not fit: export reads a table or query and writes a file");
        }

        if (operation != DataOperation.Aggregate && Array.Find(AggregateFields, payload.Has) is { } field)
        {
            throw payload.Problem(field, null, $"belongs to operation aggregate, not to {payload.TextOrNull("operation")}");
        }

        return new DataPayload
        {
            Operation = operation,
            Source = source,
            Target = target,
            Steps = RowStepsReader.Read(payload),
            Aggregation = operation == DataOperation.Aggregate ? AggregationPlan.Read(payload, options.MaxGroups) : null,
            MaxBadRows = payload.Integer("maxBadRows", options.MaxBadRows, 0, int.MaxValue),
            ErrorsFile = ReadErrorsFile(payload, source, target),
        };
    }

    private static DataOperation ReadOperation(PayloadObject payload)
    {
        const string Hint = "must be transform, aggregate, export or import";
        return payload.Text("operation", Hint) switch
        {
            "transform" => DataOperation.Transform,
            "aggregate" => DataOperation.Aggregate,
            "export" => DataOperation.Export,
            "import" => DataOperation.Import,
            var other => throw payload.Problem("operation", other, Hint),
        };
    }

    private static string? ReadErrorsFile(PayloadObject payload, Endpoint source, Endpoint target)
    {
        if (payload.TextOrNull("errors") is { } name)
        {
            return DataDirectory.Problem(name) is { } problem ? throw payload.Problem("errors", name, problem)
                : name == target.Label || name == source.Label ? throw payload.Problem("errors", name, "must not be the source or the target")
                : name;
        }

        return (target as FileEndpoint ?? source as FileEndpoint) is { } file ? $"{file.Name}.errors.jsonl" : null;
    }
}
