using System.Text.RegularExpressions;

namespace Silos.Cli.Import;

/// <summary>Finds <c>RecurringJob.AddOrUpdate(…)</c> in C# code. What is not written out (variables, computed expressions) is left to a person.</summary>
internal static partial class HangfireCode
{
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary>Finds the registrations.</summary>
    public static IEnumerable<HangfireJob> Read(string file, string text, Translation into)
    {
        foreach (Match match in Registration().Matches(text))
        {
            var line = 1 + text.AsSpan(0, match.Index).Count('\n');
            if (CallText.Arguments(text, match.Index + match.Length) is not { } arguments)
            {
                into.LeaveOut($"{file}:{line}", "its arguments do not end");
                continue;
            }

            yield return Job(match.Groups[1].Value, arguments, line);
        }
    }

    private static HangfireJob Job(string type, List<string> arguments, int line)
    {
        var lambda = arguments.FindIndex(argument => argument.Contains("=>", StringComparison.Ordinal));
        var (method, parameters) = Method(type, lambda < 0 ? string.Empty : arguments[lambda]);
        var id = lambda > 0 ? CallText.Literal(arguments[0]) : null;
        var job = new HangfireJob { Id = id ?? (lambda > 0 ? $"line {line}: {arguments[0]}" : method), Method = method, Arguments = parameters };
        if (lambda > 0 && id is null)
        {
            return job with { Problem = $"its id {arguments[0]} is not written out" };
        }

        // Between id and lambda an overload has the queue; after the lambda come cron, then options, or zone and queue.
        var rest = lambda < 0 ? [] : arguments.Skip(lambda + 1).ToList();
        if (rest.Count == 0)
        {
            return job with { Problem = "it has no cron expression" };
        }

        var cron = Cron(rest[0]);
        return job with
        {
            Cron = cron,
            Problem = cron is null ? $"its schedule {rest[0]} is not written out" : null,
            TimeZone = rest.Skip(1).Select(Zone).FirstOrDefault(zone => zone is not null),
            Queue = (lambda == 2 ? CallText.Literal(arguments[1]) : null) ?? rest.Skip(1).Select(Queue).FirstOrDefault(queue => queue is not null),
            Misfire = rest.Exists(argument => argument.Contains("MisfireHandlingMode.Strict", StringComparison.Ordinal)) ? "all"
                : rest.Exists(argument => argument.Contains("MisfireHandlingMode.Ignorable", StringComparison.Ordinal)) ? "none"
                : null,
        };
    }

    /// <summary>Reads <c>x =&gt; x.Send("daily", 7)</c>, or <c>() =&gt; Reports.Send(…)</c>.</summary>
    private static (string Method, JsonText? Arguments) Method(string type, string lambda)
    {
        var call = Call().Match(lambda);
        if (!call.Success)
        {
            return (type.Length > 0 ? type : "job", null);
        }

        var target = type.Length > 0 ? type.Split('.')[^1] : call.Groups[1].Value.Split('.')[^1];
        var start = call.Index + call.Length;
        var arguments = (CallText.Arguments(lambda, start) ?? [])
            .Where(argument => argument is not ("CancellationToken.None" or "default" or "null" or "JobCancellationToken.Null"))
            .Select(CallText.Json)
            .ToList();
        var method = $"{target}.{call.Groups[2].Value}";
        return (method, arguments.Count == 0 ? null : JsonText.Parse($"[{string.Join(",", arguments)}]"));
    }

    private static string? Cron(string argument)
    {
        if (CallText.Literal(argument) is { } literal)
        {
            return HangfireJob.Expression(literal);
        }

        var match = CronCall().Match(argument);
        if (!match.Success)
        {
            return null;
        }

        var parameters = match.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var numbers = new int[4];
        var day = 1;
        var count = 0;
        foreach (var parameter in parameters)
        {
            if (parameter.StartsWith("DayOfWeek.", StringComparison.Ordinal))
            {
                day = Array.FindIndex(Days, name => parameter["DayOfWeek.".Length..].StartsWith(name, StringComparison.OrdinalIgnoreCase));
            }
            else if (count < numbers.Length && int.TryParse(parameter, out var number))
            {
                numbers[count++] = number;
            }
            else
            {
                return null;
            }
        }

        return Expression(match.Groups[1].Value, numbers, count, day);
    }

    private static string? Expression(string name, int[] n, int count, int day) => name switch
    {
        "Minutely" => "* * * * *",
        "Hourly" => $"{n[0]} * * * *",
        "Daily" => $"{n[1]} {n[0]} * * *",
        "Weekly" when day >= 0 => $"{n[1]} {n[0]} * * {Days[day]}",
        "Monthly" => count == 0 ? "0 0 1 * *" : $"{n[2]} {n[1]} {n[0]} * *",
        "Yearly" => $"{n[3]} {n[2]} {(count > 1 ? n[1] : 1)} {(count > 0 ? n[0] : 1)} *",
        "MinuteInterval" => $"*/{n[0]} * * * *",
        "HourInterval" => $"0 */{n[0]} * * *",
        "DayInterval" => $"0 0 */{n[0]} * *",
        "MonthInterval" => $"0 0 1 */{n[0]} *",
        "Never" => string.Empty,
        _ => null,
    };

    private static string? Zone(string argument) =>
        ZoneById().Match(argument) is { Success: true } byId ? byId.Groups[1].Value
        : argument.Contains("TimeZoneInfo.Local", StringComparison.Ordinal) ? "local"
        : argument.Contains("TimeZoneInfo.Utc", StringComparison.Ordinal) ? "UTC"
        : null;

    private static string? Queue(string argument) =>
        QueueName().Match(argument) is { Success: true } named ? named.Groups[1].Value : CallText.Literal(argument);

    [GeneratedRegex(@"\bAddOrUpdate\s*(?:<\s*([\w.]+)\s*>)?\s*\(")]
    private static partial Regex Registration();

    [GeneratedRegex(@"=>\s*(?:await\s+)?([\w.]+)\.(\w+)\s*\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"^(?:Hangfire\.)?Cron\.(\w+)\s*(?:\(([^()]*)\))?$")]
    private static partial Regex CronCall();

    [GeneratedRegex(@"FindSystemTimeZoneById\s*\(\s*""([^""]+)""")]
    private static partial Regex ZoneById();

    [GeneratedRegex(@"(?:^queue\s*:|QueueName\s*=)\s*""([^""]+)""")]
    private static partial Regex QueueName();
}
