using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Silos.Secrets;

/// <summary>
/// Takes secrets out of what people and programs are shown: values under names such as <c>password</c>, values that were registered, and what looks like a
/// credential. What is stored stays as it is, because handlers need it.
/// </summary>
public sealed partial class Redactor
{
    /// <summary>What stands where a secret was.</summary>
    public const string Mark = "[redacted]";

    /// <summary>The shortest value that can be registered: shorter ones occur in ordinary text.</summary>
    public const int Shortest = 8;

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    private readonly Lock _lock = new();
    private volatile string[] _values = [];

    /// <summary>Gets whether any value is registered.</summary>
    public bool HasValues => _values.Length > 0;

    /// <summary>Hides a value wherever it occurs from now on. One that is shorter than <see cref="Shortest"/> is not taken.</summary>
    /// <returns>Whether it is hidden now.</returns>
    public bool Register(string? value)
    {
        if (value is null || value.Length < Shortest)
        {
            return false;
        }

        lock (_lock)
        {
            if (!_values.Contains(value, StringComparer.Ordinal))
            {
                // Longest first, so that one that begins with another is not cut in two.
                _values = [.. _values.Append(value).OrderByDescending(known => known.Length)];
            }
        }

        return true;
    }

    /// <summary>Hides registered values.</summary>
    /// <param name="text">The text.</param>
    /// <param name="written">How a value looks in a text like this one, where that differs from itself: in HTML, for example.</param>
    public string Values(string text, Func<string, string>? written = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var value in _values)
        {
            text = text.Replace(value, Mark, StringComparison.Ordinal);
            if (written is not null)
            {
                text = text.Replace(written(value), Mark, StringComparison.Ordinal);
            }
        }

        return text;
    }

    /// <summary>Hides registered values, and in free text (messages, stacks, log lines) what looks like a credential.</summary>
    public string Text(string text) => Looks(Values(text));

    /// <summary>Hides what looks like a credential: our keys, <c>Bearer …</c>, <c>//user:…@host</c>, <c>password=…</c>.</summary>
    public static string Looks(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length < Shortest)
        {
            return text;
        }

        text = Key().Replace(text, $"$1{Mark}");
        text = Scheme().Replace(text, $"$1{Mark}");
        text = UserInfo().Replace(text, $"$1{Mark}@");
        return Named().Replace(text, static match => IsHidden(match) ? match.Groups["before"].Value + Mark : match.Value);
    }

    /// <summary>Hides in JSON the values under secret names, and registered values in any text. The shape stays.</summary>
    public JsonText Json(JsonText json)
    {
        if (json.IsNull || (!MayHaveSecretNames(json.Text) && !HasValues))
        {
            return json;
        }

        using var document = JsonDocument.Parse(json.Text, Deep);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            if (!Write(document.RootElement, writer))
            {
                // Nothing was hidden: as it was written, to the last blank.
                return json;
            }
        }

        return JsonText.Trusted(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>
    /// Puts secrets back where <see cref="Mark"/> stands under a secret name, from what is stored in the same place: so that what was shown can be written
    /// again as it is.
    /// </summary>
    /// <param name="given">What was written.</param>
    /// <param name="stored">What is stored; null for nothing.</param>
    /// <param name="path">What to call the place in messages: <c>payload</c>.</param>
    /// <param name="mayChange">
    /// Whether who wrote it may have the secrets used with something else than what is stored. Who may not could learn them: by the header that is sent to another
    /// address. Then marks are good only for what is stored, unchanged.
    /// </param>
    /// <returns>What was written, with its secrets; what is stored, to the last blank, if it says the same.</returns>
    /// <exception cref="InvalidException">A mark stands where nothing is stored, or where the rest was changed by somebody who may not.</exception>
    public static JsonText Restore(JsonText given, JsonText? stored, string path, bool mayChange = true)
    {
        if (!given.Text.Contains(Mark, StringComparison.Ordinal))
        {
            return given;
        }

        using var document = JsonDocument.Parse(given.Text, Deep);
        using var known = JsonDocument.Parse(stored?.Text ?? "null", Deep);
        using var buffer = new MemoryStream();
        string? mark = null;
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            Restore(document.RootElement, known.RootElement, path, writer, ref mark);
        }

        if (mark is null)
        {
            return given;
        }

        var restored = JsonText.Trusted(Encoding.UTF8.GetString(buffer.ToArray()));
        using var whole = JsonDocument.Parse(restored.Text, Deep);
        if (stored is { } same && JsonElement.DeepEquals(whole.RootElement, known.RootElement))
        {
            return same;
        }

        return mayChange
            ? restored
            : throw new InvalidException(
                mark, Mark, "stands for a secret that is only used with the payload as it is stored, and the rest was changed: give the secret itself, or ask an administrator");
    }

    private static void Restore(JsonElement given, JsonElement stored, string path, Utf8JsonWriter writer, ref string? mark)
    {
        switch (given.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in given.EnumerateObject())
                {
                    var place = $"{path}.{member.Name}";
                    var before = stored.ValueKind == JsonValueKind.Object && stored.TryGetProperty(member.Name, out var found) ? found : default;
                    writer.WritePropertyName(member.Name);
                    if (member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals(Mark) && SecretNames.IsSecret(member.Name))
                    {
                        if (before.ValueKind == JsonValueKind.Undefined)
                        {
                            throw new InvalidException(place, Mark, "stands for a secret that is not known here: give the secret itself");
                        }

                        mark ??= place;
                        before.WriteTo(writer);
                    }
                    else
                    {
                        Restore(member.Value, before, place, writer, ref mark);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                var index = 0;
                foreach (var item in given.EnumerateArray())
                {
                    var before = stored.ValueKind == JsonValueKind.Array && index < stored.GetArrayLength() ? stored[index] : default;
                    Restore(item, before, $"{path}[{index++}]", writer, ref mark);
                }

                writer.WriteEndArray();
                break;
            default:
                given.WriteTo(writer);
                break;
        }
    }

    private bool Write(JsonElement element, Utf8JsonWriter writer)
    {
        var hidden = false;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (SecretNames.IsSecret(member.Name) && HasSomething(member.Value))
                    {
                        writer.WriteStringValue(Mark);
                        hidden = true;
                    }
                    else
                    {
                        hidden |= Write(member.Value, writer);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    hidden |= Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                var text = element.GetString()!;
                var shown = Values(text);
                writer.WriteStringValue(shown);
                hidden = !ReferenceEquals(text, shown) && text != shown;
                break;
            default:
                element.WriteTo(writer);
                break;
        }

        return hidden;
    }

    // Whether something is set is no secret, and often what is looked for.
    private static bool HasSomething(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False => false,
        JsonValueKind.String => !value.ValueEquals(string.Empty),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };

    /// <summary>Rules most payloads out without taking them apart. An escaped name (<c>\u0070assword</c>) is looked at.</summary>
    private static bool MayHaveSecretNames(string json) => json.Contains('\\', StringComparison.Ordinal) || Hint().IsMatch(json);

    // A fencing token is a number, and no secret.
    private static bool IsHidden(Match match) => SecretNames.IsSecret(match.Groups["name"].Value)
        && !(match.Groups["name"].Value.EndsWith("token", StringComparison.OrdinalIgnoreCase) && match.Groups["value"].ValueSpan.Trim('"').IndexOfAnyExceptInRange('0', '9') < 0);

    [GeneratedRegex("(silos_[0-9a-z]{12}_)[0-9a-z]{52}")]
    private static partial Regex Key();

    [GeneratedRegex(@"(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"(://[^\s:/@?#]*:)[^\s/@]+@")]
    private static partial Regex UserInfo();

    [GeneratedRegex("""(?<before>(?<name>[\w.-]{0,60}(?:pass|pwd|secret|key|credential|authorization|token|cookie|jwt|connectionstring)[\w.-]{0,40})\\?["']?\s{0,3}[=:]\s{0,3})(?<value>\\?"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|[^\s,;&}\])"']+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex("pass|secret|key|credential|authorization|connection|token|pwd|cookie|jwt", RegexOptions.IgnoreCase)]
    private static partial Regex Hint();
}
