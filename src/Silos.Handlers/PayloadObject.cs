using System.Text.Json;
using Silos.Schedules;

namespace Silos.Handlers;

/// <summary>Reads a JSON object field by field, so that whatever is wrong is told with its place, its value and what would be right.</summary>
/// <remarks>A field that is JSON's <c>null</c> counts as absent. <see cref="End"/> refuses fields that nobody asked for, because
/// a misspelt option that is silently ignored does the wrong work every night.</remarks>
internal sealed class PayloadObject
{
    private const string Structure = "invalid job payload structure: ";

    private readonly JsonElement _element;
    private readonly string _path;
    private readonly List<string> _known = [];

    private PayloadObject(JsonElement element, string path)
    {
        _element = element;
        _path = path;
    }

    public static PayloadObject Parse(JsonText payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload.Text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return From(document.RootElement.Clone(), "payload");
        }
        catch (JsonException exception)
        {
            throw new PayloadException(new FieldProblem(
                "payload", payload.Text, $"{Structure}must be a JSON object without repeated fields ({exception.Message})"));
        }
    }

    public static PayloadObject From(JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? new PayloadObject(element, path)
        : throw Wrong(path, element, "must be a JSON object");

    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name)
    {
        if (!_known.Contains(name))
        {
            _known.Add(name);
        }

        return _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public string Text(string name, string hint) =>
        TextOrNull(name) ?? throw Problem(name, null, $"{Structure}is missing; {hint}");

    public string? TextOrNull(string name) => Find(name) is { } value ? TextOf(Path(name), value) : null;

    public bool Flag(string name, bool fallback) => Find(name) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(Path(name), value, "must be true or false"),
    };

    public int Integer(string name, int fallback, int least, int most)
    {
        if (Find(name) is not { } value)
        {
            return fallback;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(Path(name), value, $"must be a whole number from {least} to {most}");
    }

    public TimeSpan? Duration(string name, TimeSpan most)
    {
        if (TextOrNull(name) is not { } text)
        {
            return null;
        }

        return DurationText.TryParse(text, out var duration) && duration > TimeSpan.Zero && duration <= most
            ? duration
            : throw Problem(name, text, $"must be a duration above zero and at most {DurationText.Format(most)}; {DurationText.Hint}");
    }

    /// <summary>Reads a text or a list of texts; empty if absent.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [TextOf(Path(name), value)],
            JsonValueKind.Array => [.. value.EnumerateArray().Select((item, i) => TextOf($"{Path(name)}[{i}]", item))],
            _ => throw Wrong(Path(name), value, "must be a text or a list of texts"),
        };
    }

    public PayloadObject? Object(string name) => Find(name) is { } value ? From(value, Path(name)) : null;

    /// <summary>Reads an object whose values are texts; empty if absent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TextMap(string name) =>
        [.. Members(name).Select(p => KeyValuePair.Create(p.Key, TextOf($"{Path(name)}.{p.Key}", p.Value)))];

    /// <summary>Reads an object's members; empty if absent.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Members(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } value => [.. value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value))],
        { } value => throw Wrong(Path(name), value, "must be a JSON object"),
    };

    /// <summary>Refuses fields that were not asked for.</summary>
    public void End()
    {
        foreach (var property in _element.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
            {
                throw new PayloadException(new FieldProblem(
                    Path(FieldProblem.Shorten(property.Name)!),
                    null,
                    $"{Structure}is not a field of this handler's payload; known are {string.Join(", ", _known)}"));
            }
        }
    }

    public string Path(string name) => $"{_path}.{name}";

    public PayloadException Problem(string name, object? value, string problem) =>
        new(new FieldProblem(Path(name), FieldProblem.Shorten(value), problem));

    public static PayloadException Wrong(string path, JsonElement value, string problem) =>
        new(new FieldProblem(path, FieldProblem.Shorten(value.GetRawText()), Structure + problem));

    public static string TextOf(string path, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(path, value, "must be a text");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(path, value, "must be text without unpaired surrogates");
        }
    }
}
