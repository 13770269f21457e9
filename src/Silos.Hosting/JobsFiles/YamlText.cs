using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Silos.Hosting;

/// <summary>Reads YAML into nodes that know their place.</summary>
/// <remarks>
/// Built on the parser's events rather than on a deserializer, because only so every value keeps its place, a repeated key
/// is seen, and an alias is counted before it is followed.
/// </remarks>
internal sealed class YamlText
{
    private readonly string _text;
    private readonly Parser _parser;
    private readonly Dictionary<string, DocumentNode?> _anchors = new(StringComparer.Ordinal);
    private readonly List<DocumentException> _problems;
    private long _nodes;

    private YamlText(string text, List<DocumentException> problems)
    {
        _text = text;
        _problems = problems;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a document; what does not keep it from being read on is added to <paramref name="problems"/>.</summary>
    /// <returns>The root, or null for a file without content.</returns>
    /// <exception cref="DocumentException">It cannot be read on.</exception>
    public static DocumentNode? Read(string text, List<DocumentException> problems)
    {
        try
        {
            return new YamlText(text, problems).Document();
        }
        catch (YamlException exception)
        {
            throw YamlSyntax.Explain(text, exception);
        }
    }

    private DocumentNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = Node(string.Empty, 1);
        _parser.Consume<DocumentEnd>();
        if (!_parser.TryConsume<StreamEnd>(out _))
        {
            throw new DocumentException(Place(_parser.Current!.Start), "only one document is allowed in a file; remove the '---'");
        }

        return root;
    }

    private DocumentNode Node(string path, int depth)
    {
        var start = Place(_parser.Current!.Start);
        if (depth > DocumentLimits.MaxDepth)
        {
            throw DocumentLimits.TooDeep(start);
        }

        return Next(path, depth, start);
    }

    private DocumentNode Next(string path, int depth, TextPosition start)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Count(Alias(alias, path), start, again: true);
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return Remember(scalar, Count(Value(scalar, path), start));
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            Anchor(sequence, path);
            return Remember(sequence, List(path, depth, start));
        }

        var mapping = _parser.Consume<MappingStart>();
        Anchor(mapping, path);
        return Remember(mapping, Map(path, depth, start));
    }

    private DocumentNode List(string path, int depth, TextPosition start)
    {
        var list = Count(new DocumentNode(NodeKind.List, start), start);
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            var item = Node($"{path}[{list.Items.Count}]", depth + 1);
            list.Items.Add(item);
            list.Size += item.Size;
        }

        return list;
    }

    private DocumentNode Map(string path, int depth, TextPosition start)
    {
        var map = Count(new DocumentNode(NodeKind.Map, start), start);
        var seen = new Dictionary<string, TextPosition>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var place = Place(_parser.Current!.Start);
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw new DocumentException(place, "must have text as its key", path);
            }

            var field = DocumentIndex.Join(path, key.Value);
            var value = Node(field, depth + 1);
            if (!seen.TryAdd(key.Value, place))
            {
                _problems.Add(new DocumentException(
                    place, $"is given twice; the first one is on line {seen[key.Value].Line}", field));
                continue;
            }

            map.Members.Add(new DocumentMember(key.Value, place, value));
            map.Size += value.Size + 1;
        }

        return map;
    }

    private DocumentNode Value(Scalar scalar, string path)
    {
        var start = Place(scalar.Start);
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && scalar.Tag.Value != "tag:yaml.org,2002:str")
        {
            throw new DocumentException(start, $"has the tag '{scalar.Tag.Value}'; tags are not supported, quote what is text", path);
        }

        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty)
        {
            return new DocumentNode(NodeKind.Text, start) { Text = scalar.Value, Verbatim = VerbatimStart(scalar) };
        }

        try
        {
            var (kind, text) = YamlScalar.Read(scalar.Value, start);
            return new DocumentNode(kind, start) { Text = text, Verbatim = kind == NodeKind.Text ? VerbatimStart(scalar) : null };
        }
        catch (DocumentException exception)
        {
            _problems.Add(new DocumentException(start, exception.Message, path));
            return new DocumentNode(NodeKind.Null, start);
        }
    }

    /// <summary>Where the value's characters begin, if the file has them one by one: then a place in the value is a place in the file.</summary>
    private TextPosition? VerbatimStart(Scalar scalar)
    {
        var index = (int)scalar.Start.Index;
        var end = Math.Min((int)scalar.End.Index, _text.Length);
        if (scalar.Start.Line != scalar.End.Line || index >= end)
        {
            return null;
        }

        var found = _text.AsSpan(index, end - index).IndexOf(scalar.Value, StringComparison.Ordinal);
        return found < 0 ? null : new TextPosition((int)scalar.Start.Line, (int)scalar.Start.Column + found);
    }

    private DocumentNode Alias(AnchorAlias alias, string path)
    {
        var place = Place(alias.Start);
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw new DocumentException(place, $"refers to '*{alias.Value.Value}', but there is no '&{alias.Value.Value}' before it", path);
        }

        return node ?? throw new DocumentException(place, $"refers to '*{alias.Value.Value}', of which it is a part", path);
    }

    private void Anchor(NodeEvent item, string path)
    {
        if (!item.Tag.IsEmpty && !item.Tag.IsNonSpecific)
        {
            throw new DocumentException(Place(item.Start), $"has the tag '{item.Tag.Value}'; tags are not supported", path);
        }

        if (!item.Anchor.IsEmpty)
        {
            _anchors[item.Anchor.Value] = null;
        }
    }

    private DocumentNode Remember(NodeEvent item, DocumentNode node)
    {
        if (!item.Anchor.IsEmpty)
        {
            _anchors[item.Anchor.Value] = node;
        }

        return node;
    }

    private DocumentNode Count(DocumentNode node, TextPosition place, bool again = false)
    {
        _nodes += again ? node.Size : 1;
        return _nodes <= DocumentLimits.MaxNodes ? node : throw DocumentLimits.TooManyNodes(place);
    }

    private static TextPosition Place(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
