using System.Text.Json;
using Silos.Client.Json;
using Silos.Schedules;

namespace Silos.Hosting;

/// <summary>Reads what the jobs of a file may refer to by name: schedules and calendars.</summary>
internal static class JobsFileNames
{
    /// <summary>What the name of a schedule begins with, so that it can never be taken for an expression.</summary>
    public const string SchedulePrefix = "cron.";

    public static Dictionary<string, string> Schedules(JsonFields root, ICollection<FieldProblem> problems)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in Members(root, "schedules", problems, "a map from names like cron.nightly to expressions"))
        {
            var path = DocumentIndex.Join("schedules", member.Name);
            if (!member.Name.StartsWith(SchedulePrefix, StringComparison.Ordinal) || member.Name.Length == SchedulePrefix.Length)
            {
                problems.Add(new FieldProblem(
                    path, null, $"is not known as the name of a schedule: it must begin with '{SchedulePrefix}', such as {SchedulePrefix}nightly"));
            }
            else if (JsonFields.TextOf(member.Value, path, 1_000, problems) is { } expression)
            {
                names[member.Name] = expression;
            }
        }

        return names;
    }

    public static Dictionary<string, Calendar> Calendars(JsonFields root, ICollection<FieldProblem> problems)
    {
        var calendars = new Dictionary<string, Calendar>(StringComparer.Ordinal);
        foreach (var member in Members(root, "calendars", problems, "a map from names to calendars"))
        {
            var path = DocumentIndex.Join("calendars", member.Name);
            if (JsonFields.Open(member.Value, path, problems) is not { } fields)
            {
                continue;
            }

            calendars[member.Name] = new Calendar
            {
                Name = member.Name,
                Description = fields.Text("description", 2_000),
                TimeZone = fields.Text("timeZone", 100),
                AllowedDays = Days(fields, problems),
                Excluded = Dates(fields, "excluded", problems),
                Included = Dates(fields, "included", problems),
            };
            fields.Close();
        }

        return calendars;
    }

    private static JsonElement.ObjectEnumerator Members(
        JsonFields root, string name, ICollection<FieldProblem> problems, string expected)
    {
        if (!root.TryGet(name, out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject();
        }

        problems.Add(JsonFields.Wrong(name, value, expected));
        return default;
    }

    private static DaysOfWeek Days(JsonFields fields, ICollection<FieldProblem> problems)
    {
        const string Expected = "must be days: monday … sunday, weekdays, weekend or all";
        if (!fields.TryGet("allowedDays", out _))
        {
            return DaysOfWeek.All;
        }

        var days = DaysOfWeek.None;
        foreach (var (index, word) in fields.NamesOf("allowedDays", 10).Index())
        {
            if (Words.TryParse<DaysOfWeek>(word, out var day) && day != DaysOfWeek.None)
            {
                days |= day;
            }
            else
            {
                problems.Add(new FieldProblem($"{fields.PathOf("allowedDays")}[{index}]", FieldProblem.Shorten(word), Expected));
            }
        }

        return days;
    }

    private static List<DateRange> Dates(JsonFields fields, string name, ICollection<FieldProblem> problems)
    {
        var dates = new List<DateRange>();
        foreach (var (index, text) in fields.NamesOf(name, 5_000).Index())
        {
            if (DateRange.TryParse(text, out var range))
            {
                dates.Add(range);
            }
            else
            {
                problems.Add(new FieldProblem(
                    $"{fields.PathOf(name)}[{index}]",
                    FieldProblem.Shorten(text),
                    "must be one day like 2026-12-25, several like 2026-12-24..2026-12-26, or without years for every year: 12-25, 12-24..01-01"));
            }
        }

        return dates;
    }
}
