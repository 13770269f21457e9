using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Silos.Client.Json;

namespace Silos.Cli;

/// <summary>What is wrong with a command line, in one line.</summary>
internal static partial class ParseProblems
{
    /// <summary>Explains it.</summary>
    public static string Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            var known = unknown.StartsWith('-')
                ? OptionsOf(parsed.CommandResult).SelectMany(option => option.Aliases.Append(option.Name))
                : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
            var near = known.Where(name => name.Length > 2 && Words.Distance(name, unknown) <= 2).MinBy(name => Words.Distance(name, unknown));
            var what = unknown.StartsWith('-') ? "an option" : command.Subcommands.Count > 0 ? "a command" : "an argument";
            return $"'{FieldProblem.Shorten(unknown)}' is not {what} of '{path}'; {(near is null ? $"see {path} --help" : $"did you mean {near}?")}";
        }

        return $"{Plain(parsed.Errors[0].Message)}; see {path} --help";
    }

    /// <summary>Says it without the words of programmers.</summary>
    private static string Plain(string message)
    {
        var text = Spaces().Replace(message.TrimEnd('.'), " ");
        if (Unparsed().Match(text) is { Success: true } unparsed)
        {
            return $"{unparsed.Groups[2].Value} '{FieldProblem.Shorten(unparsed.Groups[1].Value)}' must be a whole number";
        }

        return NotAmong().Match(text) is { Success: true } match
            ? $"'{FieldProblem.Shorten(match.Groups[1].Value)}' must be one of {match.Groups[2].Value.Replace("' '", ", ", StringComparison.Ordinal).Trim('\'')}"
            : text;
    }

    /// <summary>Gets the words of a command: <c>silos jobs list</c>.</summary>
    public static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "silos";

    private static IEnumerable<Option> OptionsOf(CommandResult result) =>
        result.Command.Options.Concat(result.Parent is CommandResult parent ? OptionsOf(parent).Where(option => option.Recursive) : []);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^Cannot parse argument '(.*)' for option '([^']*)'")]
    private static partial Regex Unparsed();

    [GeneratedRegex(@"^Argument '(.*)' not recognized\. Must be one of: (.*)$")]
    private static partial Regex NotAmong();
}
