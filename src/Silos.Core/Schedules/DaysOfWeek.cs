using System.Text.Json.Serialization;

namespace Silos.Schedules;

/// <summary>A set of days of the week.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<DaysOfWeek>))]
public enum DaysOfWeek
{
    /// <summary>No day.</summary>
    None = 0,

    /// <summary>Sunday.</summary>
    Sunday = 1,

    /// <summary>Monday.</summary>
    Monday = 2,

    /// <summary>Tuesday.</summary>
    Tuesday = 4,

    /// <summary>Wednesday.</summary>
    Wednesday = 8,

    /// <summary>Thursday.</summary>
    Thursday = 16,

    /// <summary>Friday.</summary>
    Friday = 32,

    /// <summary>Saturday.</summary>
    Saturday = 64,

    /// <summary>Monday through Friday.</summary>
    Weekdays = Monday | Tuesday | Wednesday | Thursday | Friday,

    /// <summary>Saturday and Sunday.</summary>
    Weekend = Saturday | Sunday,

    /// <summary>Every day.</summary>
    All = Weekdays | Weekend,
}
