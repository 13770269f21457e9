using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Schedules;

namespace Silos.Cli.Import;

/// <summary>Reads <c>quartz_jobs.xml</c> (job scheduling data 2.0) of Quartz.NET and Quartz.</summary>
internal sealed partial class QuartzImport : IImport
{
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <inheritdoc/>
    public void Read(string file, string text, Translation into)
    {
        XElement root;
        try
        {
            // No DTD, so that a file cannot make the reader open others.
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            root = XElement.Load(reader);
        }
        catch (XmlException exception)
        {
            throw CliException.Usage($"{file} is not XML: {exception.Message.TrimEnd('.')}");
        }

        var triggers = All(root, "trigger").SelectMany(trigger => trigger.Elements()).ToList();
        var jobs = All(root, "job").ToList();
        if (jobs.Count == 0)
        {
            throw CliException.Usage($"{file} has no job; give it a quartz_jobs.xml");
        }

        foreach (var job in jobs)
        {
            Job(file, job, [.. triggers.Where(trigger => IsOf(trigger, job))], into);
        }

        foreach (var trigger in triggers.Where(trigger => !jobs.Exists(job => IsOf(trigger, job))))
        {
            into.LeaveOut($"{file}: trigger {Value(trigger, "name")}", $"its job '{Value(trigger, "job-name")}' is not in the file");
        }

        into.Remark("Quartz neither retries a job nor keeps it from overlapping unless its class says [DisallowConcurrentExecution]; the jobs say retry: 1 and overlap: allow");
    }

    private static void Job(string file, XElement job, List<XElement> triggers, Translation into)
    {
        var name = Value(job, "name") ?? "job";
        var group = Value(job, "group");
        var type = (Value(job, "job-type") ?? Value(job, "job-class") ?? name).Split(',')[0].Trim();
        var handler = type.Split('.')[^1];
        var place = $"{file}: job {name}";
        into.Remark($"{place}: register its class {type} as the handler '{handler}'");
        var schedules = new List<ScheduleDocument>();
        CatchUpDocument? catchUp = null;
        foreach (var trigger in triggers)
        {
            if (Schedule(place, trigger, into) is { } schedule)
            {
                schedules.Add(schedule);
                var wanted = CatchUp(Value(trigger, "misfire-instruction"));
                if (catchUp is not null && catchUp != wanted)
                {
                    into.Remark($"{place}: its triggers treat misfires differently; all follow the first ({catchUp.Policy})");
                }

                catchUp ??= wanted;
            }
        }

        if (triggers.Count == 0)
        {
            into.Remark($"{place}: no trigger; it runs when somebody triggers it");
        }

        into.Add(
            new JobDocument
            {
                Name = group is null or "DEFAULT" ? name : $"{group}.{name}",
                Description = Value(job, "description"),
                Handler = handler,
                Schedules = schedules,
                Payload = DataMap(job) is { Count: > 0 } data ? JsonText.Parse(data.ToJsonString()) : null,
                Priority = Priority(triggers),
                Retry = new RetryDocument { MaxAttempts = 1 },
                Overlap = new OverlapDocument { Mode = "allow" },
                CatchUp = catchUp,
            },
            place);
        foreach (var trigger in triggers.Where(trigger => DataMap(trigger).Count > 0))
        {
            into.Remark($"{place}: the data of its trigger {Value(trigger, "name")} has no equivalent; a job has one payload");
        }
    }

    private static ScheduleDocument? Schedule(string place, XElement trigger, Translation into)
    {
        var where = $"{place}, trigger {Value(trigger, "name")}";
        var schedule = new ScheduleDocument { StartAt = Instant(trigger, "start-time"), EndAt = Instant(trigger, "end-time") };
        if (Value(trigger, "calendar-name") is { } calendar)
        {
            into.Remark($"{where}: the calendar '{calendar}' has to be written under 'calendars:' in the jobs file");
        }

        switch (trigger.Name.LocalName)
        {
            case "cron":
                return schedule with { Expression = Cron(Value(trigger, "cron-expression") ?? string.Empty), TimeZone = ZoneNames.Iana(Value(trigger, "time-zone")) ?? "local" };
            case "simple":
                return Simple(where, trigger, schedule, into);
            case "calendar-interval":
                return CalendarInterval(where, trigger, schedule, into);
            default:
                into.LeaveOut(where, $"triggers of the kind '{trigger.Name.LocalName}' have no equivalent");
                return null;
        }
    }

    private static ScheduleDocument? Simple(string where, XElement trigger, ScheduleDocument schedule, Translation into)
    {
        var repeats = long.TryParse(Value(trigger, "repeat-count"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : 0;
        if (!long.TryParse(Value(trigger, "repeat-interval"), NumberStyles.None, CultureInfo.InvariantCulture, out var interval) || interval < 1_000)
        {
            into.LeaveOut(where, "its repeat-interval is under a second, or it fires only once, when the scheduler starts; '@reboot' or a date says that");
            return null;
        }

        return schedule with
        {
            Expression = $"@every {DurationText.Format(TimeSpan.FromMilliseconds(interval))}",
            MaxOccurrences = repeats < 0 ? null : repeats + 1,
        };
    }

    private static ScheduleDocument? CalendarInterval(string where, XElement trigger, ScheduleDocument schedule, Translation into)
    {
        var number = long.TryParse(Value(trigger, "repeat-interval"), NumberStyles.None, CultureInfo.InvariantCulture, out var interval) ? interval : 0;
        var expression = (Value(trigger, "repeat-interval-unit"), number) switch
        {
            ("Second", > 0) => $"@every {number}s",
            ("Minute", > 0) => $"@every {number}m",
            ("Hour", > 0) => $"@every {number}h",
            ("Day", > 0) => $"@every {number * 24}h",
            ("Week", > 0) => $"@every {number * 7 * 24}h",
            _ => null,
        };
        if (expression is null)
        {
            into.LeaveOut(where, $"an interval of {number} {Value(trigger, "repeat-interval-unit")} has no fixed length; write it as cron");
            return null;
        }

        return schedule with { Expression = expression };
    }

    /// <summary>Quartz counts the days of the week from 1 for Sunday; names mean the same everywhere.</summary>
    internal static string Cron(string expression)
    {
        var fields = expression.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is 6 or 7)
        {
            fields[5] = string.Join(',', fields[5].Split(',').Select(part => DayNumber().Replace(part, match => Days[match.Value[0] - '1'])));
        }

        return string.Join(' ', fields);
    }

    private static CatchUpDocument CatchUp(string? instruction) => new()
    {
        Policy = instruction switch
        {
            "DoNothing" or "MISFIRE_INSTRUCTION_DO_NOTHING" => "none",
            "IgnoreMisfirePolicy" or "IGNORE_MISFIRE_POLICY" or "MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY" => "all",
            _ => "last",
        },
        Window = "1h",
    };

    private static JsonObject DataMap(XElement element)
    {
        var data = new JsonObject();
        foreach (var entry in element.Elements().Where(child => child.Name.LocalName == "job-data-map").Elements().Where(child => child.Name.LocalName == "entry"))
        {
            data[Value(entry, "key") ?? string.Empty] = Value(entry, "value");
        }

        return data;
    }

    // Quartz's 5 is the middle, like 0 here.
    private static int? Priority(List<XElement> triggers) =>
        triggers.Select(trigger => int.TryParse(Value(trigger, "priority"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) ? priority - 5 : 0)
            .FirstOrDefault(priority => priority != 0) is var found and not 0 ? found : null;

    private static DateTimeOffset? Instant(XElement element, string name) =>
        Value(element, name) is { } text && (InstantText.TryParse(text, out var instant) || InstantText.TryParse(text + "Z", out instant)) ? instant : null;

    private static bool IsOf(XElement trigger, XElement job) =>
        Value(trigger, "job-name") == Value(job, "name") && (Value(trigger, "job-group") ?? "DEFAULT") == (Value(job, "group") ?? "DEFAULT");

    private static IEnumerable<XElement> All(XElement root, string name) => root.Descendants().Where(element => element.Name.LocalName == name);

    private static string? Value(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value.Trim() is { Length: > 0 } value ? value : null;

    // A number that is a day: not the one after '#' or '/'.
    [GeneratedRegex(@"(?<![#/\d])[1-7](?!\d)")]
    private static partial Regex DayNumber();
}
