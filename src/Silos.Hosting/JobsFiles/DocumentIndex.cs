using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Silos.Hosting;

/// <summary>Knows the place of every field of a document, by the path that messages name it with.</summary>
internal sealed class DocumentIndex
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private DocumentIndex(DocumentNode root) => Add(string.Empty, root, root.Position);

    /// <summary>Indexes a document.</summary>
    public static DocumentIndex Of(DocumentNode root) => new(root);

    /// <summary>Writes the path of a member.</summary>
    public static string Join(string path, string key)
    {
        var shown = FieldProblem.Shorten(key);
        return path.Length == 0 ? shown! : $"{path}.{shown}";
    }

    /// <summary>Tells whether a field is written down.</summary>
    public bool Has(string field) => TryGet(field, out _);

    /// <summary>Finds the place of a field; of the nearest one around it if it is not written down.</summary>
    /// <param name="field">The path, such as <c>jobs[0].schedules[0].timeZone</c>.</param>
    /// <param name="position">How far into the value the mistake is, if known.</param>
    /// <param name="key">Whether the field's name is meant rather than its value.</param>
    public TextPosition Find(string field, int? position = null, bool key = false)
    {
        for (var path = field; ; path = Parent(path))
        {
            if (TryGet(path, out var entry))
            {
                return key && path == field ? entry.Key : Inside(entry.Value, path == field ? position : null);
            }
        }
    }

    /// <summary>Writes a node as JSON.</summary>
    public static JsonElement ToJson(DocumentNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = DocumentLimits.MaxDepth + 1 });
        return document.RootElement.Clone();
    }

    private static TextPosition Inside(DocumentNode node, int? position) =>
        position is { } offset && offset <= node.Text.Length && node.Verbatim is { } start
            ? start with { Column = start.Column + offset }
            : node.Position;

    // Whoever writes the short form `schedule: …` is told about schedules[0], and must be led to his line.
    private bool TryGet(string path, [NotNullWhen(true)] out Entry? entry) =>
        _entries.TryGetValue(path, out entry)
        || _entries.TryGetValue(path.Replace(".schedules[0]", ".schedule", StringComparison.Ordinal), out entry);

    private static string Parent(string path)
    {
        var end = path.LastIndexOfAny(['.', '[']);
        return end < 0 ? string.Empty : path[..end];
    }

    private void Add(string path, DocumentNode node, TextPosition key)
    {
        _entries.TryAdd(path, new Entry(key, node));
        for (var i = 0; i < node.Items.Count; i++)
        {
            Add($"{path}[{i}]", node.Items[i], node.Items[i].Position);
        }

        foreach (var member in node.Members)
        {
            Add(Join(path, member.Key), member.Value, member.KeyPosition);
        }
    }

    private static void Write(Utf8JsonWriter writer, DocumentNode node)
    {
        switch (node.Kind)
        {
            case NodeKind.Map:
                writer.WriteStartObject();
                foreach (var member in node.Members)
                {
                    writer.WritePropertyName(member.Key);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case NodeKind.List:
                writer.WriteStartArray();
                foreach (var item in node.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case NodeKind.Text:
                writer.WriteStringValue(node.Text);
                break;
            case NodeKind.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteRawValue(node.Text);
                break;
        }
    }

    private sealed record Entry(TextPosition Key, DocumentNode Value);
}
