using System.Globalization;

namespace Silos.Schedules;

/// <summary>The times of day of a cron expression, in words.</summary>
internal static class CronTimeWords
{
    // As many times of day as one takes in at a glance; beyond, the fields are described one by one.
    private const int Glance = 6;

    public static string Describe(CronTimes times)
    {
        var seconds = new ValueSet(times.Seconds, 0, 60);
        var minutes = new ValueSet(times.Minutes, 0, 60);
        var hours = new ValueSet(times.Hours, 0, 24);
        if (IsShortList(seconds, minutes, hours))
        {
            return "At " + Words.And(ListTimes(seconds.Values, minutes.Values, hours.Values));
        }

        if (seconds.Values is [var second])
        {
            return Minutes(minutes, hours) + (second == 0 ? "" : $", at second {second}");
        }

        return Seconds(seconds) + Within(minutes, hours);
    }

    private static bool IsShortList(ValueSet seconds, ValueSet minutes, ValueSet hours)
    {
        var looksLikeInterval = hours.IsFull
            || minutes.IsFull
            || IsStepFromStart(seconds)
            || IsStepFromStart(minutes)
            || IsStepFromStart(hours)
            || hours.TryGetRange(3, out _, out _);
        return !looksLikeInterval && seconds.Values.Length * minutes.Values.Length * hours.Values.Length <= Glance;
    }

    private static string Seconds(ValueSet seconds)
    {
        if (seconds.IsFull)
        {
            return "Every second";
        }

        return IsStepFromStart(seconds) && seconds.TryGetStep(3, out var step)
            ? Words.Every(step, "second")
            : $"At seconds {seconds.List()}";
    }

    /// <summary>Narrows seconds down to minutes and hours.</summary>
    private static string Within(ValueSet minutes, ValueSet hours)
    {
        if (minutes.IsFull)
        {
            return Window(hours);
        }

        var which = minutes.Values.Length == 1 ? $" of minute {minutes.Values[0]}" : $" of minutes {minutes.List()}";
        return which + (hours.IsFull ? " of every hour" : Window(hours));
    }

    private static string Minutes(ValueSet minutes, ValueSet hours)
    {
        if (minutes.IsFull)
        {
            return "Every minute" + Window(hours);
        }

        if (minutes.Values is [var minute])
        {
            return Hours(minute, hours);
        }

        if (!minutes.TryGetStep(2, out var step))
        {
            return $"At minutes {minutes.List()} of every hour" + Window(hours);
        }

        return minutes.Values[0] == 0
            ? Words.Every(step, "minute") + Window(hours)
            : $"{Words.Every(step, "minute")} from minute {minutes.Values[0]} of every hour" + Window(hours);
    }

    /// <summary>Describes hours when the minute is one.</summary>
    private static string Hours(int minute, ValueSet hours)
    {
        if (hours.IsFull)
        {
            return minute == 0 ? "Every hour" : $"Every hour at minute {minute}";
        }

        if (hours.TryGetStep(3, out var step))
        {
            return hours.Values[0] == 0 && minute == 0
                ? Words.Every(step, "hour")
                : $"{Words.Every(step, "hour")} from {Clock(hours.Values[0], minute)}";
        }

        return hours.TryGetRange(3, out var first, out var last)
            ? $"Every hour from {Clock(first, minute)} through {Clock(last, minute)}"
            : "At " + Words.And(ListTimes([0], [minute], hours.Values));
    }

    private static string Window(ValueSet hours)
    {
        if (hours.IsFull)
        {
            return "";
        }

        if (hours.TryGetRange(1, out var first, out var last))
        {
            return $" from {Clock(first, 0)} through {Clock(last, 59)}";
        }

        return $" during the hours {hours.List()}";
    }

    private static bool IsStepFromStart(ValueSet set) => set.Values[0] == 0 && set.TryGetStep(3, out _);

    private static List<string> ListTimes(int[] seconds, int[] minutes, int[] hours)
    {
        var times = new List<string>();
        foreach (var hour in hours)
        {
            foreach (var minute in minutes)
            {
                foreach (var second in seconds)
                {
                    times.Add(seconds is [0]
                        ? Clock(hour, minute)
                        : string.Create(CultureInfo.InvariantCulture, $"{Clock(hour, minute)}:{second:00}"));
                }
            }
        }

        return times;
    }

    private static string Clock(int hour, int minute) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}");
}
