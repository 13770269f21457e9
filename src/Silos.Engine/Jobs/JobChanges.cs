using System.Text.Json;
using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>Says how two definitions of a job differ, field by field, as people read it.</summary>
internal static class JobChanges
{
    private const int Longest = 200;

    /// <summary>Lists the differences as <c>schedules: ["0 1 * * *"] → ["0 2 * * *"]</c>; empty if there are none.</summary>
    public static IReadOnlyList<string> Of(JobDefinition stored, JobDefinition wanted)
    {
        using var before = JsonDocument.Parse(JsonText.From(stored).Text);
        using var after = JsonDocument.Parse(JsonText.From(wanted).Text);
        var changes = new List<string>();
        foreach (var property in after.RootElement.EnumerateObject())
        {
            var old = before.RootElement.TryGetProperty(property.Name, out var value) ? value.GetRawText() : "null";
            var now = property.Value.GetRawText();
            if (old != now)
            {
                changes.Add($"{property.Name}: {Cut(old)} → {Cut(now)}");
            }
        }

        return changes;
    }

    private static string Cut(string json) => json.Length > Longest ? string.Concat(json.AsSpan(0, Longest), "…") : json;
}
