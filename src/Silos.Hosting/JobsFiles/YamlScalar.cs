using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Silos.Hosting;

/// <summary>What an unquoted YAML value means, by the core schema of YAML 1.2: <c>yes</c>, <c>on</c> and dates are text.</summary>
internal static partial class YamlScalar
{
    public static (NodeKind Kind, string Text) Read(string text, TextPosition position)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return (NodeKind.Null, string.Empty);
            case "true" or "True" or "TRUE":
                return (NodeKind.Boolean, "true");
            case "false" or "False" or "FALSE":
                return (NodeKind.Boolean, "false");
        }

        if (char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.')
        {
            return Number(text, position) is { } number ? (NodeKind.Number, number) : (NodeKind.Text, text);
        }

        return (NodeKind.Text, text);
    }

    private static string? Number(string text, TextPosition position)
    {
        if (NotFinite().IsMatch(text))
        {
            throw new DocumentException(position, $"'{text}' must be a finite number; quote it if text is meant");
        }

        if (Whole().IsMatch(text))
        {
            return BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
        }

        if (Hexadecimal().IsMatch(text))
        {
            return BigInteger.Parse($"0{text[2..]}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
        }

        if (Octal().IsMatch(text))
        {
            return text[2..].Aggregate(BigInteger.Zero, static (sum, digit) => (sum * 8) + (digit - '0'))
                .ToString(CultureInfo.InvariantCulture);
        }

        return Fraction().Match(text) is { Success: true } match ? Json(match) : null;
    }

    // YAML allows '+', leading zeros and a missing digit on either side of the point; JSON does not.
    private static string Json(Match match)
    {
        var whole = match.Groups["whole"].Value.TrimStart('0');
        var fraction = match.Groups["fraction"].Value;
        return string.Concat(
            match.Groups["sign"].Value == "-" ? "-" : string.Empty,
            whole.Length == 0 ? "0" : whole,
            fraction.Length == 0 ? string.Empty : $".{fraction}",
            match.Groups["exponent"].Value);
    }

    // Long digit strings are not numbers anybody meant, and parsing them would take quadratic time.
    [GeneratedRegex(@"^[-+]?[0-9]{1,100}\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^0x[0-9a-fA-F]{1,100}\z")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^0o[0-7]{1,100}\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^(?<sign>[-+]?)(?:(?<whole>[0-9]{1,100})(?:\.(?<fraction>[0-9]{0,100}))?|\.(?<fraction>[0-9]{1,100}))(?<exponent>[eE][-+]?[0-9]{1,4})?\z")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z")]
    private static partial Regex NotFinite();
}
