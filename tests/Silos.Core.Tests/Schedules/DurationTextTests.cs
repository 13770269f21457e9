namespace Silos.Schedules;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("24h", "1.00:00:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("1h 30m", "01:30:00")]
    [InlineData("90s", "00:01:30")]
    [InlineData("500ms", "00:00:00.5")]
    [InlineData("1.5h", "01:30:00")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("0s", "00:00:00")]
    [InlineData(" 5M ", "00:05:00")]
    [InlineData("PT10M", "00:10:00")]
    [InlineData("P1DT12H", "1.12:00:00")]
    [InlineData("P2W", "14.00:00:00")]
    [InlineData("PT0.5S", "00:00:00.5")]
    [InlineData("pt1h", "01:00:00")]
    [InlineData("00:10:00", "00:10:00")]
    [InlineData("1:02:03", "01:02:03")]
    [InlineData("1.06:00:00", "1.06:00:00")]
    [InlineData("00:00:00.25", "00:00:00.25")]
    public void A_duration_is_read(string text, string expected)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    [InlineData("10")] // of what?
    [InlineData("10:30")] // hours and minutes, or minutes and seconds?
    [InlineData("-5m")]
    [InlineData("5 minutes")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1h30")]
    [InlineData("h")]
    [InlineData("1.h.")]
    [InlineData(".5h")]
    [InlineData("1..5h")]
    [InlineData("5µs")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1M")] // how long is a month?
    [InlineData("P1Y")]
    [InlineData("P1H")]
    [InlineData("PT1D")]
    [InlineData("PT1M1H")]
    [InlineData("25:61:00")]
    [InlineData("99999999999999d")]
    [InlineData("999999999999999999999999999999999999s")]
    public void Anything_else_is_refused_with_a_hint(string? text)
    {
        Assert.False(DurationText.TryParse(text, out _));
        var error = Assert.Throws<FormatException>(() => DurationText.Parse(text));
        Assert.Contains("write a duration like", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:00", "0s")]
    [InlineData("01:30:00", "1h30m")]
    [InlineData("1.00:00:00", "1d")]
    [InlineData("00:00:01.5", "1s500ms")]
    [InlineData("00:00:00.0000001", "0.0001ms")]
    public void A_duration_is_written_as_people_do(string duration, string expected) =>
        Assert.Equal(expected, DurationText.Format(TimeSpan.Parse(duration, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void What_is_written_is_read_back()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var duration = TimeSpan.FromTicks(random.NextInt64(TimeSpan.MaxValue.Ticks >> random.Next(60)));
            var text = DurationText.Format(duration);

            Assert.True(DurationText.TryParse(text, out var read) && read == duration, $"seed {seed}: {duration} as {text}");
        }
    }

    [Fact]
    public void A_negative_duration_cannot_be_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DurationText.Format(TimeSpan.FromSeconds(-1)));
}
