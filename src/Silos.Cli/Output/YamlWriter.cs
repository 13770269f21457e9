using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Silos.Cli.Output;

/// <summary>JSON as block YAML. What could be taken for something other than text is quoted.</summary>
internal static partial class YamlWriter
{
    private const int LongestInline = 80;

    private static readonly JsonSerializerOptions Quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"];

    /// <summary>Writes a document.</summary>
    public static string Write(JsonElement element)
    {
        var text = new StringBuilder();
        Write(text, element, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement element, int indent)
    {
        if (element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Any())
        {
            foreach (var member in element.EnumerateObject())
            {
                text.Append(' ', indent).Append(Text(member.Name)).Append(':');
                After(text, member.Value, indent);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0)
        {
            foreach (var item in element.EnumerateArray())
            {
                Item(text, item, indent);
            }
        }
        else
        {
            text.Append(' ', indent).Append(Inline(element)).Append('\n');
        }
    }

    private static void Item(StringBuilder text, JsonElement item, int indent)
    {
        if (!IsBlock(item))
        {
            text.Append(' ', indent).Append("- ").Append(Inline(item)).Append('\n');
            return;
        }

        // The first member stands beside the dash.
        var inner = new StringBuilder();
        Write(inner, item, indent + 2);
        inner[indent] = '-';
        text.Append(inner);
    }

    private static void After(StringBuilder text, JsonElement value, int indent)
    {
        if (!IsBlock(value))
        {
            text.Append(' ').Append(Inline(value)).Append('\n');
            return;
        }

        text.Append('\n');
        Write(text, value, indent + 2);
    }

    // Lists of short values read best in one line.
    private static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0
            && (value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array) || Inline(value).Length > LongestInline),
        _ => false,
    };

    private static string Inline(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? JsonSerializer.Serialize(item.GetString(), Quoted) : Inline(item)))}]",
        JsonValueKind.String => Text(value.GetString()!),
        _ => value.GetRawText(),
    };

    private static string Text(string text) =>
        (Plain().IsMatch(text) && !Words.Contains(text, StringComparer.OrdinalIgnoreCase)) || Duration().IsMatch(text) ? text : JsonSerializer.Serialize(text, Quoted);

    // Begins with a letter, has nothing that means something to YAML, and does not end with a colon or a space.
    [GeneratedRegex(@"^[A-Za-z_/](?:[A-Za-z0-9_./@+=-]|[ ](?![ #-])|:(?=[A-Za-z0-9/]))*(?<![ :])$")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(?:\d+(?:ms|[dhms]))+$")]
    private static partial Regex Duration();
}
