using System.Globalization;
using System.Text.Json;
using Silos.Schedules;

namespace Silos.Client.Json;

/// <summary>Reads the members of a JSON object strictly and collects everything that is wrong, each with its path.</summary>
/// <remarks>
/// Every member must be asked for: what is left over when <see cref="Close"/> is called is unknown and reported with the
/// names that would have been right. A member that is <c>null</c> counts as absent.
/// </remarks>
internal sealed class JsonFields
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly ICollection<FieldProblem> _problems;
    private readonly List<string> _asked = [];

    private JsonFields(JsonElement element, string path, ICollection<FieldProblem> problems)
    {
        _object = element;
        _path = path;
        _problems = problems;
    }

    /// <summary>Opens an object; anything else is reported, and null returned.</summary>
    public static JsonFields? Open(JsonElement element, string path, ICollection<FieldProblem> problems, string what = "an object")
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return new JsonFields(element, path, problems);
        }

        problems.Add(Wrong(path.Length == 0 ? "body" : path, element, what));
        return null;
    }

    /// <summary>Builds the problem of a value of the wrong type.</summary>
    public static FieldProblem Wrong(string path, JsonElement value, string expected) =>
        new(path, Shown(value), $"must be {expected}, not {Kind(value)}");

    /// <summary>Gets the path of a member.</summary>
    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <summary>Reports something about a member.</summary>
    public void Report(string name, object? value, string problem, int? position = null) =>
        _problems.Add(new FieldProblem(PathOf(name), FieldProblem.Shorten(value), problem, position));

    /// <summary>Gets a member that is there and not null.</summary>
    public bool TryGet(string name, out JsonElement value)
    {
        if (!_asked.Contains(name))
        {
            _asked.Add(name);
        }

        return _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>Reads text.</summary>
    public string? Text(string name, int longest, bool required = false)
    {
        if (!TryGet(name, out var value))
        {
            Missing(name, required);
            return null;
        }

        return TextAt(value, PathOf(name), longest);
    }

    /// <summary>Reads a name as <see cref="Names"/> has it.</summary>
    public string? Name(string name, bool required = false)
    {
        if (!TryGet(name, out var value))
        {
            Missing(name, required);
            return null;
        }

        return NameOf(value, PathOf(name));
    }

    /// <summary>Reads a list of names; at most <paramref name="most"/> of them.</summary>
    public IReadOnlyList<string> NamesOf(string name, int most)
    {
        if (!TryGet(name, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            _problems.Add(Wrong(PathOf(name), value, "a list of texts"));
            return [];
        }

        if (value.GetArrayLength() > most)
        {
            Report(name, null, $"must have at most {most} entries, not {value.GetArrayLength()}");
            return [];
        }

        var texts = new List<string>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (NameOf(item, $"{PathOf(name)}[{index++}]") is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>Reads a whole number.</summary>
    public long? Number(string name, long least, long most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        return NumberOf(value, name, least, most);
    }

    /// <summary>Reads a number.</summary>
    public double? Real(string name, double least, double most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        _problems.Add(value.ValueKind == JsonValueKind.Number
            ? new FieldProblem(PathOf(name), Shown(value), string.Create(CultureInfo.InvariantCulture, $"must be between {least} and {most}"))
            : Wrong(PathOf(name), value, "a number"));
        return null;
    }

    /// <summary>Reads true or false.</summary>
    public bool? Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        _problems.Add(Wrong(PathOf(name), value, "true or false"));
        return null;
    }

    /// <summary>Reads a duration: text like <c>5m</c>, or a number of seconds.</summary>
    public TimeSpan? Duration(string name, TimeSpan? least = null, TimeSpan? most = null) =>
        TryGet(name, out var value) ? DurationOf(value, name, least ?? TimeSpan.Zero, most ?? MaxDuration) : null;

    /// <summary>Reads an instant: ISO 8601 with an offset.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            _problems.Add(Wrong(PathOf(name), value, InstantText.Hint));
            return null;
        }

        if (TextAt(value, PathOf(name), 40) is not { } text)
        {
            return null;
        }

        if (InstantText.TryParse(text, out var instant))
        {
            return instant;
        }

        Report(name, text, $"must be {InstantText.Hint}");
        return null;
    }

    /// <summary>Reads one of some words.</summary>
    public T? Word<T>(string name)
        where T : struct, Enum =>
        TryGet(name, out var value) ? WordOf<T>(value, PathOf(name)) : null;

    /// <inheritdoc cref="Word{T}(string)"/>
    public T? WordOf<T>(JsonElement value, string path)
        where T : struct, Enum
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            _problems.Add(Wrong(path, value, $"one of {Words.List<T>()}"));
            return null;
        }

        if (TextAt(value, path, 100) is not { } text)
        {
            return null;
        }

        if (Words.TryParse<T>(text, out var word))
        {
            return word;
        }

        _problems.Add(new FieldProblem(path, FieldProblem.Shorten(text), $"must be one of {Words.List<T>()}"));
        return null;
    }

    /// <summary>Reads text out of a value of a member's.</summary>
    public string? TextOf(JsonElement value, string name, int longest) => TextAt(value, PathOf(name), longest);

    /// <summary>Reads any JSON as it was written.</summary>
    public JsonText? Json(string name) => TryGet(name, out var value) ? JsonText.Trusted(value.GetRawText()) : null;

    /// <summary>Reads a JSON object as it was written.</summary>
    public JsonText? JsonObject(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return JsonText.Trusted(value.GetRawText());
        }

        _problems.Add(Wrong(PathOf(name), value, "an object"));
        return null;
    }

    /// <summary>Opens a member that is an object.</summary>
    public JsonFields? Object(string name) =>
        TryGet(name, out var value) ? Open(value, PathOf(name), _problems) : null;

    /// <summary>Reads a whole number out of a value of its own.</summary>
    public long? NumberOf(JsonElement value, string name, long least, long most)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
        {
            if (number >= least && number <= most)
            {
                return number;
            }

            Report(name, number, $"must be between {least} and {most}");
            return null;
        }

        _problems.Add(Wrong(PathOf(name), value, $"a whole number between {least} and {most}"));
        return null;
    }

    /// <summary>Reports every member that nobody asked for.</summary>
    public void Close()
    {
        foreach (var member in _object.EnumerateObject())
        {
            if (_asked.Contains(member.Name))
            {
                continue;
            }

            var near = _asked.Find(known => string.Equals(known, member.Name, StringComparison.OrdinalIgnoreCase)
                || Words.Distance(known, member.Name) <= 2);
            var hint = near is null ? string.Empty : $"; did you mean '{near}'?";
            _problems.Add(new FieldProblem(
                PathOf(FieldProblem.Shorten(member.Name)!),
                null,
                $"is not known{hint} (known: {string.Join(", ", _asked)})"));
        }
    }

    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(366 * 100);

    private static string? Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined => null,
        _ => FieldProblem.Shorten(value.GetRawText()),
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    private void Missing(string name, bool required)
    {
        if (required)
        {
            _problems.Add(new FieldProblem(PathOf(name), null, "is required"));
        }
    }

    private string? NameOf(JsonElement value, string path)
    {
        if (StringOf(value, path, _problems) is not { } text)
        {
            return null;
        }

        if (Names.IsValid(text, out var problem))
        {
            return text;
        }

        _problems.Add(new FieldProblem(path, FieldProblem.Shorten(text), problem));
        return null;
    }

    private string? TextAt(JsonElement value, string path, int longest) => TextOf(value, path, longest, _problems);

    /// <summary>Reads text out of a value of its own.</summary>
    public static string? TextOf(JsonElement value, string path, int longest, ICollection<FieldProblem> problems)
    {
        if (StringOf(value, path, problems) is not { } text)
        {
            return null;
        }

        if (text.Length > longest)
        {
            problems.Add(new FieldProblem(
                path, FieldProblem.Shorten(text), $"must have at most {longest} characters, not {text.Length}"));
            return null;
        }

        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            problems.Add(new FieldProblem(path, FieldProblem.Shorten(text), "must not contain NUL (U+0000)", nul));
            return null;
        }

        return text;
    }

    private static string? StringOf(JsonElement value, string path, ICollection<FieldProblem> problems)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Add(Wrong(path, value, "text"));
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            problems.Add(new FieldProblem(path, null, "must not contain an unpaired surrogate"));
            return null;
        }
    }

    private TimeSpan? DurationOf(JsonElement value, string name, TimeSpan least, TimeSpan most)
    {
        TimeSpan duration;
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetDouble(out var seconds) && Math.Abs(seconds) <= MaxDuration.TotalSeconds:
                duration = TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
                break;
            case JsonValueKind.String:
                if (TextAt(value, PathOf(name), 40) is not { } text)
                {
                    return null;
                }

                if (!DurationText.TryParse(text, out duration))
                {
                    Report(name, text, $"is not a duration; {DurationText.Hint}, or a number of seconds");
                    return null;
                }

                break;
            default:
                _problems.Add(Wrong(PathOf(name), value, "a duration like \"5m\", \"PT5M\" or a number of seconds"));
                return null;
        }

        if (duration >= least && duration <= most)
        {
            return duration;
        }

        Report(
            name,
            value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(),
            $"must be between {DurationText.Format(least)} and {DurationText.Format(most)}");
        return null;
    }
}
