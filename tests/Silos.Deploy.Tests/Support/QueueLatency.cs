using System.Text.Json.Nodes;

namespace Silos.Deploy.Tests.Support;

/// <summary>The query by which the age of the oldest waiting run becomes a metric.</summary>
internal static class QueueLatency
{
    private static readonly KeyValuePair<string, JsonNode?> Entry =
        YamlDocuments.Parse(Repository.Read("deploy/postgres-exporter.yaml")).Single().AsObject().Single();

    /// <summary>Gets the metric's name: postgres_exporter joins the entry's and the column's.</summary>
    public static string Metric => $"{Entry.Key}_{Column}";

    public static string Column => Entry.Value!["metrics"]![0]!.AsObject().Single().Key;

    public static string Query => Entry.Value!["query"]!.GetValue<string>();
}
