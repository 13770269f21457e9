using System.Text.RegularExpressions;
using Silos.Client.Jobs;

namespace Silos.Cli.Import;

/// <summary>Reads crontabs as cronie and Debian's cron do.</summary>
/// <remarks>What cron does is kept: the machine's local time, no making up for missed times, no retry, overlapping runs.</remarks>
internal sealed partial class CrontabImport : IImport
{
    /// <inheritdoc/>
    public void Read(string file, string text, Translation into)
    {
        var state = new State(into.SystemCrontab || file.StartsWith("/etc/cron", StringComparison.Ordinal));
        foreach (var (index, raw) in text.Split('\n').Index())
        {
            var line = raw.Trim();
            var place = $"{file}:{index + 1}";
            if (line.Length == 0)
            {
                state.Comment = null;
            }
            else if (line.StartsWith('#'))
            {
                var comment = line.TrimStart('#').Trim();
                state.Comment = comment.Length == 0 || LooksLikeEntry().IsMatch(comment) ? null : comment;
            }
            else if (Assignment().Match(line) is { Success: true } assignment)
            {
                Assign(state, assignment.Groups[1].Value, Unquote(assignment.Groups[2].Value), place, into);
            }
            else
            {
                Entry(state, line, place, into);
                state.Comment = null;
            }
        }
    }

    private static void Assign(State state, string name, string value, string place, Translation into)
    {
        switch (name)
        {
            case "SHELL":
                state.Shell = value;
                break;
            case "CRON_TZ":
                state.Zone = value;
                break;
            case "RANDOM_DELAY":
                state.Jitter = $"{value}m";
                break;
            case "MAILTO" or "MAILFROM" when value.Length > 0:
                into.Remark($"{place}: {name}={value}: output is kept with each run ('silos runs logs'), nobody is mailed");
                break;
            case "MAILTO" or "MAILFROM" or "CONTENT_TYPE" or "CONTENT_TRANSFER_ENCODING":
                break;
            default:
                state.Environment[name] = value;
                break;
        }
    }

    private static void Entry(State state, string line, string place, Translation into)
    {
        var match = (line.StartsWith('@') ? MacroEntry() : FieldsEntry()).Match(line);
        if (!match.Success)
        {
            into.LeaveOut(place, "it is neither a variable nor a schedule with a command");
            return;
        }

        var rest = match.Groups[2].Value;
        if (state.NamesUser)
        {
            var user = UserAndRest().Match(rest);
            if (!user.Success)
            {
                into.LeaveOut(place, "there is no command after the user");
                return;
            }

            rest = user.Groups[2].Value;
            if (user.Groups[1].Value != "root" || !state.ToldUser)
            {
                into.Remark($"{place}: runs as {user.Groups[1].Value} under cron; here all commands run as the server's user");
            }

            state.ToldUser = true;
        }

        var (command, input) = Percent(rest);
        var payload = CommandLines.Payload(command, state.Shell, state.Environment, input);
        into.Remark(CommandLines.Advice);
        into.Add(
            new JobDocument
            {
                Name = CommandLines.NameOf(command),
                Description = state.Comment,
                Schedules = [new ScheduleDocument { Expression = Expression(match.Groups[1].Value), TimeZone = state.Zone ?? "local", Jitter = state.Jitter }],
                Handler = CommandLines.Handler,
                Payload = JsonText.Parse(payload.ToJsonString()),
                Retry = new RetryDocument { MaxAttempts = 1 },
                Overlap = new OverlapDocument { Mode = "allow" },
                CatchUp = new CatchUpDocument { Policy = "none" },
            },
            place);
    }

    /// <summary>Random values, which cronie writes <c>0~30</c>, are drawn once here, by the job's name.</summary>
    private static string Expression(string text)
    {
        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', fields.Select(field => RandomRange().Replace(field, match => match.Value == "~" ? "H" : $"H({match.Groups[1].Value}-{match.Groups[2].Value})")));
    }

    /// <summary>An unescaped percent sign ends the command; what follows is its input, each further one a line end.</summary>
    private static (string Command, string? Input) Percent(string text)
    {
        var parts = UnescapedPercent().Split(text).Select(part => part.Replace("\\%", "%", StringComparison.Ordinal)).ToArray();
        return (parts[0].Trim(), parts.Length == 1 ? null : string.Join('\n', parts.Skip(1)).TrimEnd('\n') + "\n");
    }

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' ? value[1..^1] : value;

    [GeneratedRegex(@"^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(@[a-z]+)\s+(\S.*)$")]
    private static partial Regex MacroEntry();

    [GeneratedRegex(@"^((?:[0-9*][^\s]*|~[^\s]*)\s+[^\s]+\s+[^\s]+\s+[^\s]+\s+[^\s]+)\s+(\S.*)$")]
    private static partial Regex FieldsEntry();

    [GeneratedRegex(@"^(\S+)\s+(\S.*)$")]
    private static partial Regex UserAndRest();

    [GeneratedRegex(@"^(?:@[a-z]+|[0-9*/,~-]+(?:\s+[0-9A-Za-z*/,~?L#-]+){4})\s")]
    private static partial Regex LooksLikeEntry();

    [GeneratedRegex(@"(?:(\d+)~(\d+))|~")]
    private static partial Regex RandomRange();

    [GeneratedRegex(@"(?<!\\)%")]
    private static partial Regex UnescapedPercent();

    private sealed class State(bool namesUser)
    {
        public bool NamesUser { get; } = namesUser;

        public bool ToldUser { get; set; }

        public string Shell { get; set; } = "/bin/sh";

        public string? Zone { get; set; }

        public string? Jitter { get; set; }

        public string? Comment { get; set; }

        public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);
    }
}
