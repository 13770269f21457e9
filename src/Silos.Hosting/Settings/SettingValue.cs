using System.Globalization;
using Silos.Client.Json;
using Silos.Schedules;

namespace Silos.Hosting;

/// <summary>Reads the text of a setting as a type, or says what would be right.</summary>
internal static class SettingValue
{
    /// <summary>Tells whether a setting of this type is written as one text.</summary>
    public static bool IsScalar(Type type) =>
        Underlying(type) is var plain
        && (plain == typeof(string) || plain == typeof(bool) || plain == typeof(int) || plain == typeof(long)
            || plain == typeof(double) || plain == typeof(TimeSpan) || plain.IsEnum);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="type">The type wanted.</param>
    /// <param name="value">The value.</param>
    /// <param name="right">What would be right, as a clause, when it is not.</param>
    public static bool TryRead(string text, Type type, out object? value, out string right)
    {
        var plain = Underlying(type);
        (value, right) = plain switch
        {
            _ when plain == typeof(string) => (text, string.Empty),
            _ when plain == typeof(bool) => (Flag(text), "must be true or false"),
            _ when plain == typeof(int) => (
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
                "must be a whole number"),
            _ when plain == typeof(long) => (
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
                "must be a whole number"),
            _ when plain == typeof(double) => (
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? number
                    : (object?)null,
                "must be a number"),
            _ when plain == typeof(TimeSpan) => (
                DurationText.TryParse(text, out var duration) ? duration : null, $"must be a duration; {DurationText.Hint}"),
            _ => (Word(text, plain), $"must be {(IsFlags(plain) ? "any" : "one")} of {string.Join(", ", Names(plain))}"),
        };
        return value is not null;
    }

    /// <summary>Reads the ways in which people write yes and no.</summary>
    public static bool? Flag(string text) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" => false,
        _ => null,
    };

    private static object? Word(string text, Type type)
    {
        if (!IsFlags(type))
        {
            return One(text, type);
        }

        var sum = 0L;
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (One(part, type) is not { } one)
            {
                return null;
            }

            sum |= Convert.ToInt64(one, CultureInfo.InvariantCulture);
        }

        return sum == 0 ? null : Enum.ToObject(type, sum);
    }

    private static object? One(string text, Type type)
    {
        var wanted = Plain(text);
        var index = Array.FindIndex(Enum.GetNames(type), name => Plain(name).Equals(wanted, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : Enum.GetValues(type).GetValue(index);
    }

    private static IEnumerable<string> Names(Type type) => Enum.GetNames(type)
        .Where(name => !IsFlags(type) || (name is not ("None" or "All")))
        .Select(SnakeCase);

    private static string SnakeCase(string name) => string.Concat(
        name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));

    private static string Plain(string text) =>
        text.Trim().Replace("_", string.Empty, StringComparison.Ordinal).Replace("-", string.Empty, StringComparison.Ordinal);

    private static bool IsFlags(Type type) => type.IsDefined(typeof(FlagsAttribute), inherit: false);

    private static Type Underlying(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    /// <summary>Finds the name somebody may have meant.</summary>
    public static string? Nearest(string text, IEnumerable<string> known) => known
        .Select(name => (Name: name, Distance: Words.Distance(name, text)))
        .Where(near => near.Distance <= 2)
        .OrderBy(near => near.Distance)
        .Select(near => near.Name)
        .FirstOrDefault();
}
