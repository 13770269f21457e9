namespace Silos.Schedules;

/// <summary>What is wrong with a schedule.</summary>
/// <param name="Message">A sentence with the field, the value and what would be right.</param>
/// <param name="Position">Where in the expression the mistake begins, counted from 0; null if it is elsewhere.</param>
/// <param name="Field">The part that is wrong: <c>second minute hour dayOfMonth month dayOfWeek year</c> of a cron
/// expression, or a property of the specification (<c>expression timeZone daylightSaving startAt endAt maxOccurrences
/// jitter calendars</c>).</param>
public sealed record ScheduleProblem(string Message, int? Position, string Field)
{
    /// <summary>
    /// Tells it to whoever wrote the specification: the property that they wrote, its value, and where in it. The parts of a
    /// cron expression are told at their place in the expression.
    /// </summary>
    /// <param name="spec">What they wrote.</param>
    /// <param name="prefix">What stands in front of the property: <c>schedules[0].</c></param>
    public FieldProblem In(ScheduleSpec spec, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(spec);
        var property = Field is "timeZone" or "daylightSaving" or "startAt" or "endAt" or "maxOccurrences" or "jitter" or "calendars"
            ? Field
            : "expression";
        object? value = property switch
        {
            "timeZone" => spec.TimeZone,
            "expression" => spec.Expression,
            "calendars" => string.Join(", ", spec.Calendars),
            _ => null,
        };
        return new FieldProblem(prefix + property, FieldProblem.Shorten(value), $"is not accepted: {Message.TrimEnd('.')}", Position);
    }
}
