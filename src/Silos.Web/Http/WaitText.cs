using System.Globalization;
using Silos.Schedules;

namespace Silos.Web.Http;

/// <summary>How long to wait for an outcome, as callers write it.</summary>
internal static class WaitText
{
    /// <summary>Reads <c>true</c>, <c>false</c>, a duration or a number of seconds; longer than allowed is cut, not refused.</summary>
    public static bool TryParse(string text, TimeSpan most, out TimeSpan wait)
    {
        wait = text switch
        {
            "true" => most,
            "false" => TimeSpan.Zero,
            _ => default,
        };
        if (text is "true" or "false")
        {
            return true;
        }

        if (!DurationText.TryParse(text, out wait))
        {
            if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            {
                return false;
            }

            wait = TimeSpan.FromSeconds(Math.Min(seconds, most.TotalSeconds));
        }

        wait = wait < most ? wait : most;
        return true;
    }
}
