using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Silos.Schedules;
using Silos.Secrets;

namespace Silos.Jobs;

/// <summary>Says how two definitions of a job differ, field by field: what an apply would change, and what somebody changed.</summary>
public static class DefinitionChanges
{
    /// <summary>Of one field (a payload, in practice) so many differences are told one by one; if there are more, the field is told as a whole.</summary>
    private const int MostInside = 20;

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    private static readonly JsonSerializerOptions People = new(JsonSerializerOptions.Web)
    {
        Converters = { new DurationConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new ScheduleConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        IgnoreReadOnlyProperties = true,
        MaxDepth = 128,
    };

    /// <summary>Compares two definitions.</summary>
    /// <param name="before">What was.</param>
    /// <param name="after">What is.</param>
    /// <param name="redactor">Hides what is secret. A secret that changed is told as a change, from <see cref="Redactor.Mark"/> to <see cref="Redactor.Mark"/>.</param>
    /// <returns>The differences in the order of the fields; none for equal definitions.</returns>
    public static IReadOnlyList<FieldChange> Between(JobDefinition before, JobDefinition after, Redactor redactor)
    {
        ArgumentNullException.ThrowIfNull(redactor);
        var (old, now) = (JsonText.From(before, People), JsonText.From(after, People));
        if (old == now)
        {
            return [];
        }

        using var oldFields = JsonDocument.Parse(old.Text, Deep);
        using var nowFields = JsonDocument.Parse(now.Text, Deep);
        using var oldShown = JsonDocument.Parse(redactor.Json(old).Text, Deep);
        using var nowShown = JsonDocument.Parse(redactor.Json(now).Text, Deep);
        var whole = new Pair(oldFields.RootElement, nowFields.RootElement);
        var shown = new Pair(oldShown.RootElement, nowShown.RootElement);
        var changes = new List<FieldChange>();
        foreach (var name in whole.Names)
        {
            var (field, seen) = (whole.Member(name), shown.Member(name));
            if (field.IsSame)
            {
                continue;
            }

            var inside = new List<FieldChange>();
            Compare(name, field, seen, inside);

            // Where nothing inside differs, only blanks or the order of members do: the definition is another one all the same.
            changes.AddRange(inside.Count is > 0 and <= MostInside ? inside : [seen.As(name)]);
        }

        return changes;
    }

    private static void Compare(string path, Pair pair, Pair shown, List<FieldChange> changes)
    {
        if (pair.IsSame || changes.Count > MostInside)
        {
            return;
        }

        if (!pair.AreObjects || !shown.AreObjects)
        {
            changes.Add(shown.As(path));
            return;
        }

        foreach (var name in pair.Names)
        {
            Compare($"{path}.{name}", pair.Member(name), shown.Member(name), changes);
        }
    }

    /// <summary>The same place in two documents; undefined where it is missing.</summary>
    private readonly record struct Pair(JsonElement Before, JsonElement After)
    {
        public bool IsSame => Text(Before) == Text(After);

        public bool AreObjects => Before.ValueKind == JsonValueKind.Object && After.ValueKind == JsonValueKind.Object;

        public IEnumerable<string> Names => After.EnumerateObject().Select(member => member.Name)
            .Concat(Before.EnumerateObject().Select(member => member.Name))
            .Distinct(StringComparer.Ordinal);

        public Pair Member(string name) => new(
            Before.TryGetProperty(name, out var before) ? before : default,
            After.TryGetProperty(name, out var after) ? after : default);

        public FieldChange As(string path) => new(path, Json(Before), Json(After));

        private static JsonText? Json(JsonElement element) => Text(element) is { } text ? JsonText.Trusted(text) : null;

        private static string? Text(JsonElement element) =>
            element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : element.GetRawText();
    }

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value < TimeSpan.Zero ? "never" : DurationText.Format(value));
    }

    /// <summary>Writes a schedule that is nothing but its expression as that, and of others only what they say.</summary>
    private sealed class ScheduleConverter : JsonConverter<ScheduleSpec>
    {
        private static readonly JsonSerializerOptions Short = new(JsonSerializerOptions.Web)
        {
            Converters = { new DurationConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveEmptyListsOut } },
        };

        public override ScheduleSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ScheduleSpec value, JsonSerializerOptions options)
        {
            if (value == value.Expression)
            {
                writer.WriteStringValue(value.Expression);
            }
            else
            {
                JsonSerializer.Serialize(writer, value, Short);
            }
        }

        private static void LeaveEmptyListsOut(JsonTypeInfo type)
        {
            foreach (var member in type.Properties.Where(member => member.PropertyType == typeof(IReadOnlyList<string>)))
            {
                member.ShouldSerialize = static (_, value) => value is IReadOnlyList<string> { Count: > 0 };
            }
        }
    }
}
