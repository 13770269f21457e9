using System.Text.Json;

namespace Silos.Schedules;

public sealed class ScheduleSpecTests
{
    private static readonly ScheduleSpec Full = new()
    {
        Expression = "*/15 9-17 * * MON-FRI",
        TimeZone = "Europe/Dublin",
        DaylightSaving = DaylightSavingRule.Both,
        StartAt = Instants.Utc("2026-01-01"),
        EndAt = Instants.Utc("2027-01-01"),
        MaxOccurrences = 1_000_000_000_000,
        Jitter = TimeSpan.FromSeconds(30),
        Calendars = ["holidays", "business"],
    };

    [Fact]
    public void A_specification_survives_json()
    {
        var json = JsonSerializer.Serialize(Full, JsonSerializerOptions.Web);

        Assert.Contains("\"daylightSaving\":\"Both\"", json, StringComparison.Ordinal);
        Assert.Equal(Full, JsonSerializer.Deserialize<ScheduleSpec>(json, JsonSerializerOptions.Web));
        Assert.Equal(
            ScheduleSpec.FromString("@daily"), JsonSerializer.Deserialize<ScheduleSpec>("""{"expression":"@daily","calendars":null}""", JsonSerializerOptions.Web));
    }

    [Fact]
    public void A_specification_without_an_expression_is_no_specification() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ScheduleSpec>("{}", JsonSerializerOptions.Web));

    [Fact]
    public void Specifications_compare_by_value()
    {
        var same = Full with { Calendars = new List<string> { "holidays", "business" } };

        Assert.Equal(Full, same);
        Assert.Equal(Full.GetHashCode(), same.GetHashCode());
        ScheduleSpec[] others =
        [
            Full with { Expression = "@daily" }, Full with { TimeZone = null }, Full with { DaylightSaving = DaylightSavingRule.Skip },
            Full with { StartAt = null }, Full with { EndAt = null }, Full with { MaxOccurrences = 1 }, Full with { Jitter = default },
            Full with { Calendars = ["business", "holidays"] }, Full with { Calendars = [] },
        ];
        Assert.All(others, other => Assert.NotEqual(Full, other));
    }

    [Fact]
    public void A_calendar_survives_json_as_people_write_it()
    {
        var calendar = new Calendar
        {
            Name = "business",
            AllowedDays = DaysOfWeek.Weekdays,
            Excluded = [DateRange.Parse("2026-12-25"), DateRange.Parse("2026-12-30..2027-01-01")],
            Included = [DateRange.Parse("2026-01-10")],
            TimeZone = "Europe/Dublin",
        };

        var json = JsonSerializer.Serialize(calendar, JsonSerializerOptions.Web);

        Assert.Contains("\"allowedDays\":\"Weekdays\"", json, StringComparison.Ordinal);
        Assert.Contains("\"excluded\":[\"2026-12-25\",\"2026-12-30..2027-01-01\"]", json, StringComparison.Ordinal);
        Assert.Equal(calendar, JsonSerializer.Deserialize<Calendar>(json, JsonSerializerOptions.Web));
        Assert.Contains(
            "write one day as",
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Calendar>("""{"name":"x","excluded":[5]}""", JsonSerializerOptions.Web)).Message,
            StringComparison.Ordinal);
    }
}
