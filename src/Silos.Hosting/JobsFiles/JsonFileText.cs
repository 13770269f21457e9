using System.Text;
using System.Text.Json;

namespace Silos.Hosting;

/// <summary>Reads JSON (RFC 8259: no comments, no trailing commas) into nodes that know their place.</summary>
internal sealed class JsonFileText
{
    private readonly byte[] _bytes;
    private readonly List<DocumentException> _problems;
    private int _line = 1;
    private int _lineStart;
    private int _scanned;
    private int _nodes;

    private JsonFileText(byte[] bytes, List<DocumentException> problems)
    {
        _bytes = bytes;
        _problems = problems;
    }

    /// <inheritdoc cref="YamlText.Read"/>
    public static DocumentNode? Read(string text, List<DocumentException> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DocumentLimits.MaxDepth });
        try
        {
            reader.Read();
            var root = new JsonFileText(bytes, problems).Node(ref reader, string.Empty);
            reader.Read();
            return root;
        }
        catch (JsonException exception)
        {
            throw Explain(text, exception);
        }
    }

    private DocumentNode Node(ref Utf8JsonReader reader, string path)
    {
        var place = Place(reader.TokenStartIndex);
        if (++_nodes > DocumentLimits.MaxNodes)
        {
            throw DocumentLimits.TooManyNodes(place);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Map(ref reader, path, place);
            case JsonTokenType.StartArray:
                var list = new DocumentNode(NodeKind.List, place);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(Node(ref reader, $"{path}[{list.Items.Count}]"));
                }

                return list;
            case JsonTokenType.String:
                return new DocumentNode(NodeKind.Text, place)
                {
                    Text = Text(ref reader, place, path),
                    Verbatim = reader.ValueIsEscaped ? null : place with { Column = place.Column + 1 },
                };
            case JsonTokenType.Number:
                return new DocumentNode(NodeKind.Number, place) { Text = Encoding.UTF8.GetString(reader.ValueSpan) };
            case JsonTokenType.True or JsonTokenType.False:
                return new DocumentNode(NodeKind.Boolean, place) { Text = reader.TokenType == JsonTokenType.True ? "true" : "false" };
            default:
                return new DocumentNode(NodeKind.Null, place);
        }
    }

    private DocumentNode Map(ref Utf8JsonReader reader, string path, TextPosition place)
    {
        var map = new DocumentNode(NodeKind.Map, place);
        var seen = new Dictionary<string, TextPosition>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var keyPlace = Place(reader.TokenStartIndex);
            var key = Text(ref reader, keyPlace, path);
            var field = DocumentIndex.Join(path, key);
            reader.Read();
            var value = Node(ref reader, field);
            if (seen.TryAdd(key, keyPlace))
            {
                map.Members.Add(new DocumentMember(key, keyPlace, value));
            }
            else
            {
                _problems.Add(new DocumentException(
                    keyPlace, $"is given twice; the first one is on line {seen[key].Line}", field));
            }
        }

        return map;
    }

    private static string Text(ref Utf8JsonReader reader, TextPosition place, string path)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new DocumentException(place, "must not contain an unpaired surrogate", path);
        }
    }

    // Tokens come in order, so the lines are counted on the way.
    private TextPosition Place(long index)
    {
        for (; _scanned < index; _scanned++)
        {
            if (_bytes[_scanned] == (byte)'\n')
            {
                _line++;
                _lineStart = _scanned + 1;
            }
        }

        return new TextPosition(_line, Encoding.UTF8.GetCharCount(_bytes, _lineStart, (int)index - _lineStart) + 1);
    }

    private static DocumentException Explain(string text, JsonException exception)
    {
        var line = (int)(exception.LineNumber ?? 0);
        var lines = text.Split('\n');
        var written = Encoding.UTF8.GetBytes(line < lines.Length ? lines[line] : string.Empty);
        var bytes = (int)Math.Min(exception.BytePositionInLine ?? 0, written.Length);
        var message = exception.Message;
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var sentence = (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
        return new DocumentException(
            new TextPosition(line + 1, Encoding.UTF8.GetCharCount(written, 0, bytes) + 1), $"this is not JSON: {sentence}");
    }
}
