using System.Buffers;
using System.Text.Json;
using Silos.Client.Json;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;
using Silos.Web.Http;
using Silos.Web.Runs;

namespace Silos.Web.Dashboard.Runs;

/// <summary>
/// The search box: <c>state:failed,dead job:"nightly report" duration&gt;5s since:2h</c>, or the API's filter as JSON. A word alone is
/// looked for in job, handler and error; an id finds its run.
/// </summary>
internal static class RunSearch
{
    /// <summary>What the page explains beside the box.</summary>
    public static readonly (string Example, string Meaning)[] Examples =
    [
        ("state:failed,dead", "one of several"),
        ("job:nightly queue!=mail", "equal, not equal"),
        ("error~timeout", "contains"),
        ("duration>5s attempt>=2", "numbers and durations"),
        ("since:2h until:30m", "asked for in that time"),
        ("-tag:billing or priority>5", "not; either side of or"),
    ];

    /// <summary>How long a search may be.</summary>
    public const int Longest = 4_000;

    // The longest first: ">=" is not ">" and something.
    private static readonly (string Sign, string Operator)[] Signs =
        [("!=", "!="), (">=", ">="), ("<=", "<="), (">", ">"), ("<", "<"), ("=", "="), ("~", "contains"), (":", "=")];

    /// <summary>Reads a search; null for everything.</summary>
    /// <exception cref="InvalidException">It cannot be understood; every problem is told.</exception>
    public static Filter? Parse(string text, DateTimeOffset now)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return null;
        }

        var json = trimmed[0] == '{' ? System.Text.Encoding.UTF8.GetBytes(trimmed) : ToJson(trimmed, now);
        return RequestBody.Parse(
            new ReadOnlySequence<byte>(json),
            (element, problems) =>
            {
                var found = new List<FieldProblem>();
                var filter = new FilterReader(RunFilterVocabulary.Instance, found).Read(element, string.Empty);

                // Where in the JSON it stands says nothing to somebody who wrote words.
                problems.AddRange(trimmed[0] == '{' ? found : found.Select(problem => problem with { Field = "search" }));
                return filter;
            });
    }

    private static byte[] ToJson(string text, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("group", "OR");
            json.WriteStartArray("conditions");
            foreach (var alternative in Alternatives(Words(text)))
            {
                json.WriteStartObject();
                json.WriteString("group", "AND");
                json.WriteStartArray("conditions");
                foreach (var word in alternative)
                {
                    Write(json, word, now);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Word word, DateTimeOffset now)
    {
        if (word.Field is null)
        {
            WriteAnywhere(json, word.Value);
            return;
        }

        var (field, sign) = word.Field switch
        {
            "since" when word.Sign is ":" or "=" => ("enqueued_at", ">="),
            "until" when word.Sign is ":" or "=" => ("enqueued_at", "<"),
            var other => (other, Signs.First(known => known.Sign == word.Sign).Operator),
        };
        var kind = Filter.Fields.TryGetValue(field, out var known) ? known : FilterKind.Text;
        var values = word.Quoted || sign != "=" ? [word.Value] : word.Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (word.Negated)
        {
            // Not one of several is not any of them: each by itself.
            foreach (var value in values)
            {
                WriteCondition(json, field, sign == "=" ? "!=" : throw Bad(word, "'-' goes before field:value"), () => WriteValue(json, kind, value, now));
            }

            return;
        }

        if (values.Length > 1)
        {
            WriteCondition(json, field, "in", () =>
            {
                json.WriteStartArray();
                foreach (var value in values)
                {
                    WriteValue(json, kind, value, now);
                }

                json.WriteEndArray();
            });
            return;
        }

        var only = values.Length == 0 ? string.Empty : values[0];
        if (!word.Quoted && sign == "=" && (only is "none" or "any") && (kind is FilterKind.Text or FilterKind.Instant or FilterKind.Number))
        {
            WriteCondition(json, field, only == "none" ? "empty" : "not_empty", null);
            return;
        }

        WriteCondition(json, field, sign, () => WriteValue(json, kind, only, now));
    }

    private static void WriteCondition(Utf8JsonWriter json, string field, string sign, Action? value)
    {
        json.WriteStartObject();
        json.WriteString("field", field);
        json.WriteString("operator", sign);
        if (value is not null)
        {
            json.WritePropertyName("value");
            value();
        }

        json.WriteEndObject();
    }

    private static void WriteAnywhere(Utf8JsonWriter json, string text)
    {
        if (RunId.TryParse(text, out _))
        {
            WriteCondition(json, "id", "=", () => json.WriteStringValue(text));
            return;
        }

        json.WriteStartObject();
        json.WriteString("group", "OR");
        json.WriteStartArray("conditions");
        foreach (var field in new[] { "job", "handler", "error" })
        {
            WriteCondition(json, field, "contains", () => json.WriteStringValue(text));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, FilterKind kind, string text, DateTimeOffset now)
    {
        if (kind == FilterKind.Number && long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumberValue(number);
        }
        else if (kind == FilterKind.Number && DurationText.TryParse(text, out var duration))
        {
            json.WriteNumberValue((long)duration.TotalMilliseconds);
        }
        else if (kind == FilterKind.Instant && DurationText.TryParse(text, out var ago))
        {
            json.WriteStringValue(InstantText.Format(now - ago));
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    private static IEnumerable<List<Word>> Alternatives(List<Word> words)
    {
        var current = new List<Word>();
        foreach (var word in words)
        {
            if (word is { Field: null, Quoted: false, Value: "or" or "OR" } && current.Count > 0)
            {
                yield return current;
                current = [];
            }
            else
            {
                current.Add(word);
            }
        }

        yield return current;
    }

    private static List<Word> Words(string text)
    {
        var words = new List<Word>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            words.Add(Next(text, ref at));
        }

        return words;
    }

    private static Word Next(string text, ref int at)
    {
        var negated = text[at] == '-' && at + 1 < text.Length && char.IsLetter(text[at + 1]);
        var start = negated ? at + 1 : at;
        var name = start;
        while (name < text.Length && (char.IsAsciiLetterLower(text[name]) || text[name] == '_'))
        {
            name++;
        }

        var rest = text.AsSpan(name);
        foreach (var (sign, _) in Signs)
        {
            if (name > start && rest.StartsWith(sign, StringComparison.Ordinal))
            {
                at = name + sign.Length;
                var value = Value(text, ref at, out var quoted);
                return new Word(text[start..name], sign, value, quoted, negated);
            }
        }

        return new Word(null, ":", Value(text, ref at, out var whole), whole, Negated: false);
    }

    private static string Value(string text, ref int at, out bool quoted)
    {
        quoted = at < text.Length && text[at] == '"';
        if (quoted)
        {
            var end = text.IndexOf('"', at + 1);
            if (end < 0)
            {
                throw new InvalidException("search", text[at..], "begins with a quotation mark and has no second one");
            }

            var inner = text[(at + 1)..end];
            at = end + 1;
            return inner;
        }

        var from = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return text[from..at];
    }

    private static InvalidException Bad(Word word, string problem) => new("search", $"{word.Field}{word.Sign}{word.Value}", problem);

    private sealed record Word(string? Field, string Sign, string Value, bool Quoted, bool Negated);
}
