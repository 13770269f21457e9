using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Silos.Cli.Import;

/// <summary>The arguments of a call in C# code, as text.</summary>
internal static partial class CallText
{
    /// <summary>Splits the arguments of a call at its commas.</summary>
    /// <param name="text">The code.</param>
    /// <param name="start">Where the first argument begins, after the bracket.</param>
    /// <returns>The arguments; null if the call does not end.</returns>
    public static List<string>? Arguments(string text, int start)
    {
        var arguments = new List<string>();
        var depth = 0;
        var from = start;
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' or '\'':
                    i = EndOfLiteral(text, i);
                    break;
                case '/' when i + 1 < text.Length && text[i + 1] == '/':
                    i = text.IndexOf('\n', i) is >= 0 and var end ? end : text.Length;
                    break;
                case '(' or '{' or '[':
                    depth++;
                    break;
                case ')' or '}' or ']' when depth > 0:
                    depth--;
                    break;
                case ')':
                    Add(arguments, text[from..i]);
                    return arguments;
                case ',' when depth == 0:
                    Add(arguments, text[from..i]);
                    from = i + 1;
                    break;
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>Gets the value of a string that is written out; null for anything else.</summary>
    public static string? Literal(string argument) =>
        Quoted().Match(argument) is { Success: true } match
            ? match.Groups[1].Length > 0 ? match.Groups[2].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : Unescape(match.Groups[2].Value)
            : null;

    /// <summary>Writes an argument as JSON: literals as what they are, anything else as its text.</summary>
    public static string Json(string argument) => argument switch
    {
        "true" or "false" => argument,
        _ when Literal(argument) is { } text => Serialize(text),
        _ when decimal.TryParse(argument.TrimEnd('L', 'l', 'm', 'M', 'd', 'f'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) =>
            number.ToString(CultureInfo.InvariantCulture),
        _ => Serialize(argument),
    };

    private static string Serialize(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Unescape(string text)
    {
        try
        {
            return Regex.Unescape(text);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    private static void Add(List<string> arguments, string text)
    {
        if (NameOfArgument().Replace(Comment().Replace(text, string.Empty), string.Empty).Trim() is { Length: > 0 } argument)
        {
            arguments.Add(Space().Replace(argument, " "));
        }
    }

    private static int EndOfLiteral(string text, int start)
    {
        var verbatim = start > 0 && text[start - 1] == '@';
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && !verbatim)
            {
                i++;
            }
            else if (text[i] == text[start])
            {
                if (!verbatim || i + 1 >= text.Length || text[i + 1] != '"')
                {
                    return i;
                }

                i++;
            }
        }

        return text.Length;
    }

    [GeneratedRegex(@"^(@?)""((?:[^""\\]|\\.|"""")*)""$")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\s*(?:recurringJobId|methodCall|cronExpression|timeZone|options)\s*:")]
    private static partial Regex NameOfArgument();

    [GeneratedRegex(@"(?m)^\s*//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+(?=(?:[^""]*""[^""]*"")*[^""]*$)")]
    private static partial Regex Space();
}
