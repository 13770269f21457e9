using System.Collections;
using System.Globalization;
using Silos.Secrets;

namespace Silos.Hosting;

/// <summary>What a log entry or a scope says, as text and by name, without secrets.</summary>
internal sealed class RedactedValues : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly string _text;
    private readonly List<KeyValuePair<string, object?>> _values;

    private RedactedValues(string text, List<KeyValuePair<string, object?>> values)
    {
        _text = text;
        _values = values;
    }

    public int Count => _values.Count;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    /// <summary>Takes the state of an entry.</summary>
    public static RedactedValues Of(object? given, Redactor redactor) => new(
        Text(given, redactor),
        given is IEnumerable<KeyValuePair<string, object?>> values
            ? [.. values.Select(value => KeyValuePair.Create(value.Key, Show(value.Key, value.Value, redactor)))]
            : []);

    /// <summary>Takes a scope, which may be no more than a text.</summary>
    public static object OfScope(object? given, Redactor redactor) =>
        given is IEnumerable<KeyValuePair<string, object?>> ? Of(given, redactor) : Text(given, redactor);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => _text;

    private static string Text(object? given, Redactor redactor) => redactor.Text(Convert.ToString(given, CultureInfo.InvariantCulture) ?? string.Empty);

    private static object? Show(string name, object? value, Redactor redactor)
    {
        if (value is null or bool)
        {
            return value;
        }

        // A fencing token is a number, and no secret.
        var isSecret = SecretNames.IsSecret(name);
        if (IsNumber(value) && (!isSecret || name.EndsWith("token", StringComparison.OrdinalIgnoreCase)))
        {
            return value;
        }

        var text = Text(value, redactor);
        return isSecret && text.Length > 0 ? Redactor.Mark : text;
    }

    private static bool IsNumber(object value) =>
        Type.GetTypeCode(value.GetType()) is >= TypeCode.SByte and <= TypeCode.Decimal && !value.GetType().IsEnum;
}
