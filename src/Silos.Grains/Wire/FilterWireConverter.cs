using System.Text.Json;
using System.Text.Json.Serialization;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Grains.Wire;

/// <summary>Writes filters: a group as <c>{"all":true,"of":[…]}</c>, a comparison as <c>{"field":…,"is":…,"values":[{"n":1}]}</c>, each value under a letter for its type.</summary>
internal sealed class FilterWireConverter : JsonConverter<Filter>
{
    public override bool CanConvert(Type typeToConvert) => typeof(Filter).IsAssignableFrom(typeToConvert);

    public override Filter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Filter(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Filter value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value is FilterGroup group)
        {
            writer.WriteBoolean("all", group.All);
            writer.WriteStartArray("of");
            foreach (var condition in group.Conditions)
            {
                Write(writer, condition, options);
            }
        }
        else
        {
            var condition = (FilterCondition)value;
            writer.WriteString("field", condition.Field);
            writer.WriteNumber("is", (int)condition.Operator);
            writer.WriteStartArray("values");
            foreach (var operand in condition.Values)
            {
                Write(writer, operand);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case string text:
                writer.WriteString("t", text);
                break;
            case long number:
                writer.WriteNumber("n", number);
                break;
            case DateTimeOffset instant:
                writer.WriteString("i", instant);
                break;
            case RunId run:
                writer.WriteString("r", run.Value);
                break;
            case RunState state:
                writer.WriteNumber("s", (int)state);
                break;
            default:
                throw new JsonException($"A filter's value cannot be a {value.GetType().Name}.");
        }

        writer.WriteEndObject();
    }

    private static Filter Filter(JsonElement json) => json.TryGetProperty("of", out var conditions)
        ? new FilterGroup(json.GetProperty("all").GetBoolean(), [.. conditions.EnumerateArray().Select(Filter)])
        : new FilterCondition(
            json.GetProperty("field").GetString()!,
            (FilterOperator)json.GetProperty("is").GetInt32(),
            [.. json.GetProperty("values").EnumerateArray().Select(value => Value(value.EnumerateObject().First()))]);

    private static object Value(JsonProperty value) => value.Name switch
    {
        "t" => value.Value.GetString()!,
        "n" => value.Value.GetInt64(),
        "i" => value.Value.GetDateTimeOffset(),
        "r" => new RunId(value.Value.GetGuid()),
        "s" => (RunState)value.Value.GetInt32(),
        _ => throw new JsonException($"A filter has a value of the unknown type '{value.Name}'."),
    };
}
