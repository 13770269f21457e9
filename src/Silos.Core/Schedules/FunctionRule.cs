namespace Silos.Schedules;

/// <summary><c>@function</c>: due instants computed by somebody's code, forward only.</summary>
internal sealed class FunctionRule(string key, Func<DateTimeOffset, DateTimeOffset?> function, TimeZoneInfo zone) : DueRule
{
    public override DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor)
    {
        var result = Call(after);
        if (result is not { } instant)
        {
            return null;
        }

        if (instant <= after)
        {
            throw ScheduleFunctionException.NotForward(key, after, instant);
        }

        var truncated = Truncate(instant);
        return truncated > after ? truncated : Add(truncated, TimeSpan.FromMilliseconds(1));
    }

    public override DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor) => null;

    public override string Explain() => $"When the function '{key}' says";

    private DateTimeOffset? Call(DateTimeOffset after)
    {
        try
        {
            return function(TimeZoneInfo.ConvertTime(after, zone));
        }
        catch (Exception exception)
        {
            throw ScheduleFunctionException.Threw(key, after, exception);
        }
    }
}
