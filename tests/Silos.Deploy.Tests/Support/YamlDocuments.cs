using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Silos.Deploy.Tests.Support;

/// <summary>Reads YAML as JSON values, which are easier to walk.</summary>
internal static class YamlDocuments
{
    public static IReadOnlyList<JsonNode> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)).OfType<JsonNode>()];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => ToJson(map),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => ToJson(plain.Value!),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => throw new InvalidOperationException($"{node.NodeType} at {node.Start} is not understood."),
    };

    private static JsonObject ToJson(YamlMappingNode map)
    {
        // "<<" brings another mapping's entries, over which its own have precedence.
        var merged = map.Children.TryGetValue("<<", out var other) ? ToJson((YamlMappingNode)other) : [];
        foreach (var (key, value) in map.Children.Where(pair => pair.Value != other))
        {
            merged[((YamlScalarNode)key).Value!] = ToJson(value);
        }

        return merged;
    }

    private static JsonValue? ToJson(string plain) => plain switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when int.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(plain),
    };
}
