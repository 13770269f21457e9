using System.Text.Json;

namespace Silos.Handlers.Command;

/// <summary>What the <c>command</c> handler is asked to run.</summary>
internal sealed record CommandPayload
{
    public required string Command { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public string? WorkingDirectory { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    public string? Input { get; init; }

    public required IReadOnlyList<int> ExpectedExitCodes { get; init; }

    public TimeSpan? Timeout { get; init; }

    public static CommandPayload Read(PayloadObject payload, CommandHandlerOptions options)
    {
        if (!options.Enabled)
        {
            throw new PayloadException(new FieldProblem(
                "handler",
                CommandHandler.Key,
                $"is switched off; set {CommandHandlerOptions.Section}:{nameof(CommandHandlerOptions.Enabled)} to true to let payloads run programs"));
        }

        return new CommandPayload
        {
            Command = ReadCommand(payload, options),
            Arguments = ReadArguments(payload),
            WorkingDirectory = Clean(payload, "workingDirectory", payload.TextOrNull("workingDirectory")),
            Environment = ReadEnvironment(payload),
            Input = payload.TextOrNull("stdin"),
            ExpectedExitCodes = ReadExitCodes(payload),
            Timeout = payload.Duration("timeout", TimeSpan.FromDays(7)),
        };
    }

    private static string ReadCommand(PayloadObject payload, CommandHandlerOptions options)
    {
        const string Hint = "must be the absolute path of a program, or its bare name to be found in PATH; arguments go into 'arguments'";
        var command = payload.Text("command", Hint);
        if (!Path.IsPathFullyQualified(command) && !Executables.IsBareName(command))
        {
            throw payload.Problem("command", command, Hint);
        }

        Clean(payload, "command", command);
        return Executables.IsAllowed(options.AllowedExecutables, command)
            ? command
            : throw payload.Problem(
                "command",
                command,
                $"is not allowed; {CommandHandlerOptions.Section}:{nameof(CommandHandlerOptions.AllowedExecutables)} has "
                + string.Join(", ", options.AllowedExecutables));
    }

    private static IReadOnlyList<string> ReadArguments(PayloadObject payload)
    {
        // A list, always: one text would have to be split, and splitting is how arguments turn into other arguments.
        if (payload.Find("arguments") is { ValueKind: not JsonValueKind.Array } value)
        {
            throw PayloadObject.Wrong(payload.Path("arguments"), value, "must be a list of texts, one for each argument");
        }

        var arguments = payload.Texts("arguments");
        for (var i = 0; i < arguments.Count; i++)
        {
            Clean(payload, $"arguments[{i}]", arguments[i]);
        }

        return arguments;
    }

    private static IReadOnlyList<KeyValuePair<string, string>> ReadEnvironment(PayloadObject payload)
    {
        var environment = payload.TextMap("environment");
        foreach (var (name, value) in environment)
        {
            var field = $"environment.{FieldProblem.Shorten(name)}";
            if (name.Length == 0 || name.Contains('='))
            {
                throw payload.Problem("environment", name, "must name variables without '='");
            }

            Clean(payload, "environment", name);
            if (name.StartsWith("LD_", StringComparison.Ordinal)
                || name.StartsWith("DYLD_", StringComparison.Ordinal)
                || name.StartsWith("SILOS_", StringComparison.Ordinal))
            {
                throw payload.Problem(field, null, "must not be set by a payload: it changes which code runs, or belongs to Silos");
            }

            if (value.Contains('\0'))
            {
                throw payload.Problem(field, null, "must not contain NUL");
            }
        }

        return environment;
    }

    private static List<int> ReadExitCodes(PayloadObject payload)
    {
        if (payload.Find("expectedExitCodes") is not { } value)
        {
            return [0];
        }

        var items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
        var codes = new List<int>();
        foreach (var item in items)
        {
            codes.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var code)
                ? code
                : throw PayloadObject.Wrong(payload.Path("expectedExitCodes"), item, "must be a whole number or a list of them"));
        }

        return codes.Count > 0 ? codes : throw payload.Problem("expectedExitCodes", "[]", "must name at least one exit code, such as 0");
    }

    private static string? Clean(PayloadObject payload, string field, string? text) => text is null || !text.Contains('\0')
        ? text
        : throw payload.Problem(field, text, "must not contain NUL");
}
