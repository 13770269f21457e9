using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Engine.Jobs;

/// <summary>Says how two definitions of a job differ, field by field, as people read it.</summary>
internal static class JobChanges
{
    private const int Longest = 200;

    private static readonly JsonSerializerOptions Short = new(JsonSerializerOptions.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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
                changes.Add(property.NameEquals("schedules")
                    ? $"{property.Name}: {Cut(Text(stored.Schedules))} → {Cut(Text(wanted.Schedules))}"
                    : $"{property.Name}: {Cut(old)} → {Cut(now)}");
            }
        }

        return changes;
    }

    // A schedule that is nothing but its expression is written as that.
    private static string Text(IReadOnlyList<ScheduleSpec> schedules) =>
        $"[{string.Join(", ", schedules.Select(spec => spec == spec.Expression ? $"\"{spec.Expression}\"" : JsonText.From(spec, Short).Text))}]";

    private static string Cut(string json) => json.Length > Longest ? string.Concat(json.AsSpan(0, Longest), "…") : json;
}
