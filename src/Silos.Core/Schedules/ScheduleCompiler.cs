namespace Silos.Schedules;

/// <summary>Turns one specification into a schedule; the first mistake ends it and becomes <see cref="Problem"/>.</summary>
internal sealed class ScheduleCompiler(ScheduleSpec spec, ScheduleEnvironment environment, string jobName)
{
    private const string NamePrefix = "cron.";
    private const string Reboot = "@reboot";
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    public ScheduleProblem? Problem { get; private set; }

    public CompiledSchedule? Compile()
    {
        if (FindZone() is not { } zone || !AreBoundsSound() || FindCalendars(zone) is not { } calendars)
        {
            return null;
        }

        return ReadNamed(spec.Expression, zone) is { } rule
            ? new CompiledSchedule(spec, zone, rule, calendars, jobName)
            : null;
    }

    private TimeZoneInfo? FindZone()
    {
        if (string.IsNullOrWhiteSpace(spec.TimeZone))
        {
            return environment.DefaultTimeZone;
        }

        return TimeZones.TryFind(spec.TimeZone, out var zone)
            ? zone
            : Fail<TimeZoneInfo>("timeZone", TimeZones.Unknown(spec.TimeZone));
    }

    private bool AreBoundsSound()
    {
        if (spec.EndAt < spec.StartAt)
        {
            Fail<object>("endAt", $"{spec.EndAt:O} is before startAt, {spec.StartAt:O}; write a later instant.");
        }
        else if (spec.MaxOccurrences < 1)
        {
            Fail<object>("maxOccurrences", $"{spec.MaxOccurrences} is too few; write 1 or more, or leave it out for no limit.");
        }
        else if (spec.Jitter < TimeSpan.Zero)
        {
            Fail<object>("jitter", $"{spec.Jitter} is negative; write zero or more.");
        }
        else if (!Enum.IsDefined(spec.DaylightSaving))
        {
            Fail<object>("daylightSaving", $"{spec.DaylightSaving} is unknown; write Default, Skip or Both.");
        }

        return Problem is null;
    }

    private List<ResolvedCalendar>? FindCalendars(TimeZoneInfo zone)
    {
        var calendars = new List<ResolvedCalendar>();
        foreach (var name in spec.Calendars)
        {
            if (!environment.Calendars.TryGetValue(name, out var calendar))
            {
                return Fail<List<ResolvedCalendar>>(
                    "calendars", $"the calendar '{name}' is unknown; {Known(environment.Calendars.Keys)}.");
            }

            var own = zone;
            if (!string.IsNullOrWhiteSpace(calendar.TimeZone) && !TimeZones.TryFind(calendar.TimeZone, out own))
            {
                return Fail<List<ResolvedCalendar>>(
                    "calendars", $"in the calendar '{name}', {TimeZones.Unknown(calendar.TimeZone)}");
            }

            calendars.Add(new ResolvedCalendar(calendar, ZoneClock.Of(own)));
        }

        return calendars;
    }

    private DueRule? ReadNamed(string? expression, TimeZoneInfo zone)
    {
        var name = expression?.Trim() ?? "";
        if (!name.StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase))
        {
            return environment.NamedSchedules.ContainsKey(name)
                ? FailExpression<DueRule>(
                    $"the named schedule '{name}' must have a name that begins with '{NamePrefix}', "
                    + $"like '{NamePrefix}{name}'.", 0)
                : Read(expression, zone);
        }

        if (!environment.NamedSchedules.TryGetValue(name, out var meaning))
        {
            return FailExpression<DueRule>(
                $"the named schedule '{name}' is unknown; {Known(environment.NamedSchedules.Keys)}.", 0);
        }

        var rule = meaning.Trim().StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase)
            ? Fail<DueRule>("expression", $"'{meaning}' is another name; write the expression itself.")
            : Read(meaning, zone);
        if (rule is null)
        {
            // Positions count in what the name stands for, which is not what this specification says.
            Problem = Problem! with { Message = $"named schedule '{name}' = '{meaning}': {Problem.Message}", Position = null };
        }

        return rule;
    }

    private DueRule? Read(string? expression, TimeZoneInfo zone)
    {
        var text = expression?.Trim() ?? "";
        if (text.Equals(Reboot, StringComparison.OrdinalIgnoreCase))
        {
            return new RebootRule();
        }

        if (TryTakeArgument(text, "@every", out var every))
        {
            return ReadInterval(expression!, every) is { } interval ? new EveryRule(interval, spec.StartAt) : null;
        }

        if (TryTakeArgument(text, "@after", out var after))
        {
            return ReadInterval(expression!, after) is { } interval ? new AfterRule(interval) : null;
        }

        if (TryTakeArgument(text, "@function", out var key))
        {
            return environment.Functions.TryGetValue(key, out var function)
                ? new FunctionRule(key, function, zone)
                : FailExpression<DueRule>(
                    $"the schedule function '{key}' is unknown; {Known(environment.Functions.Keys)}.", Position(expression!, key));
        }

        if (LocalDate.LooksLikeOne(text))
        {
            return ReadDate(text, zone);
        }

        return text.Contains(' ') || text.Contains('\t') || text.StartsWith('@') || text.Length == 0
            ? ReadCron(expression, zone)
            : FailExpression<DueRule>(
                $"'{text}' is not a schedule; write a cron expression like '*/15 9-17 * * MON-FRI', "
                + "a macro like '@hourly', '@every 24h', '@after 10m', a date like '2026-12-24T18:00:00Z', "
                + $"or a name that begins with '{NamePrefix}'.", 0);
    }

    private CronRule? ReadCron(string? expression, TimeZoneInfo zone)
    {
        if (CronExpression.TryParse(expression, jobName, out var cron, out var problem))
        {
            return new CronRule(cron, ZoneClock.Of(zone), spec.DaylightSaving);
        }

        Problem = problem;
        return null;
    }

    private TimeSpan? ReadInterval(string expression, string text)
    {
        if (DurationText.TryParse(text, out var interval) && interval >= ShortestInterval)
        {
            return interval;
        }

        Fail<object>("expression", interval == default && !DurationText.TryParse(text, out _)
            ? $"'{text}' is not a duration; {DurationText.Hint}."
            : $"'{text}' is too short for an interval; write 1s or more.", Position(expression, text));
        return null;
    }

    private OnceRule? ReadDate(string text, TimeZoneInfo zone)
    {
        if (LocalDate.TryParseInstant(text, out var instant))
        {
            return new OnceRule([DueRule.Truncate(instant)], movedByGap: false);
        }

        if (!LocalDate.TryParseLocal(text, out var local))
        {
            return FailExpression<OnceRule>(
                $"'{text}' is not a date; write one like 2026-12-24, 2026-12-24T18:00:00 (local time) "
                + "or 2026-12-24T18:00:00Z.", 0);
        }

        var instants = LocalDate.Instants(local, ZoneClock.Of(zone), out var gapEnd);
        if (instants.Count > 0)
        {
            return new OnceRule(spec.DaylightSaving == DaylightSavingRule.Both ? instants : [instants[0]], movedByGap: false);
        }

        if (spec.DaylightSaving == DaylightSavingRule.Skip || gapEnd == default)
        {
            return FailExpression<OnceRule>(
                $"the clock of {zone.Id} never shows '{text}'; write another time, or let daylightSaving be Default.", 0);
        }

        return new OnceRule([gapEnd], movedByGap: true);
    }

    private static bool TryTakeArgument(string text, string word, out string argument)
    {
        var found = text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            && (text.Length == word.Length || text[word.Length] is ' ' or '\t');
        argument = found ? text[word.Length..].Trim() : "";
        return found;
    }

    private static int Position(string expression, string argument) =>
        argument.Length == 0 ? expression.Length : expression.LastIndexOf(argument, StringComparison.Ordinal);

    private static string Known(IEnumerable<string> names)
    {
        var some = names.Order(StringComparer.Ordinal).Take(10).ToList();
        return some.Count == 0 ? "none is configured" : $"write one of {Words.Join(some, "or")}";
    }

    private T? FailExpression<T>(string message, int position)
        where T : class => Fail<T>("expression", message, position);

    private T? Fail<T>(string field, string message, int? position = null)
        where T : class
    {
        Problem = new ScheduleProblem($"{field}: {message}", position, field);
        return null;
    }
}
