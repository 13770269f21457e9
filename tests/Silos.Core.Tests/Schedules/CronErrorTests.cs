namespace Silos.Schedules;

public sealed class CronErrorTests
{
    [Theory]
    [InlineData("", "expression", 0, "empty")]
    [InlineData("   ", "expression", 0, "empty")]
    [InlineData("* * * *", "expression", 7, "has 4 fields")]
    [InlineData("* * * * * * * *", "expression", 13, "has 8 fields")]
    [InlineData("@hurly", "expression", 0, "'@hurly' is no macro")]
    [InlineData("60 * * * *", "minute", 0, "60 is out of range; write 0 to 59")]
    [InlineData("  60 * * * *", "minute", 2, "60 is out of range")]
    [InlineData("* 24 * * *", "hour", 2, "24 is out of range; write 0 to 23")]
    [InlineData("* * 0 * *", "dayOfMonth", 4, "0 is out of range; write 1 to 31")]
    [InlineData("* * 32 * *", "dayOfMonth", 4, "32 is out of range")]
    [InlineData("* * * 13 *", "month", 6, "13 is out of range; write 1 to 12 or JAN to DEC")]
    [InlineData("* * * 0 *", "month", 6, "0 is out of range")]
    [InlineData("* * * * 8", "dayOfWeek", 8, "8 is out of range; write 0 to 7")]
    [InlineData("61 * * * * *", "second", 0, "61 is out of range")]
    [InlineData("0 0 0 1 1 ? 1969", "year", 12, "1969 is out of range; write 1970 to 2199")]
    [InlineData("0 0 0 1 1 ? 2200", "year", 12, "2200 is out of range")]
    [InlineData("0 0 0 1 1 ? 2030-2026", "year", 12, "write 2026-2030")]
    [InlineData("99999999999999999999 * * * *", "minute", 0, "99999999999999999999 is out of range")]
    [InlineData("-5 * * * *", "minute", 0, "'-5' is not understood")]
    [InlineData("1- * * * *", "minute", 2, "a value is missing")]
    [InlineData("1,,2 * * * *", "minute", 2, "',2' is not understood")]
    [InlineData("1, * * * *", "minute", 2, "a value is missing")]
    [InlineData("*/0 * * * *", "minute", 2, "0 is out of range; write a step, 1 to 60")]
    [InlineData("*/90 * * * *", "minute", 2, "90 is out of range; write a step, 1 to 60")]
    [InlineData("*/ * * * *", "minute", 2, "a value is missing; write a step")]
    [InlineData("*/x * * * *", "minute", 2, "'x' is not understood")]
    [InlineData("1-5x * * * *", "minute", 3, "'x' is not expected here")]
    [InlineData("1-2-3 * * * *", "minute", 3, "'-3' is not expected here")]
    [InlineData("5.5 * * * *", "minute", 1, "'.5' is not expected here")]
    [InlineData("* * * FOO *", "month", 6, "'FOO' is not understood; write 1 to 12 or JAN to DEC")]
    [InlineData("* * * * MONDAY", "dayOfWeek", 11, "'DAY' is not expected here")]
    [InlineData("* MON * * *", "hour", 2, "'MON' is not understood")]
    [InlineData("? * * * *", "minute", 0, "'?' is only for day of month and day of week")]
    [InlineData("* * ? * ?", "dayOfWeek", 8, "only one of them can be '?'")]
    [InlineData("* * ?,1 * *", "dayOfMonth", 5, "'?' stands alone")]
    [InlineData("* * 1,? * *", "dayOfMonth", 6, "'?' stands alone")]
    [InlineData("* * * * L", "dayOfWeek", 8, "FRIL is the last Friday")]
    [InlineData("L * * * *", "minute", 0, "'L' is not understood")]
    [InlineData("* * L-31 * *", "dayOfMonth", 6, "31 is out of range")]
    [InlineData("* * W * *", "dayOfMonth", 4, "'W' is not understood")]
    [InlineData("* * 1-15W * *", "dayOfMonth", 8, "'W' is not expected here")]
    [InlineData("* * * * MON#6", "dayOfWeek", 12, "6 is out of range; write which of them in the month, 1 to 5")]
    [InlineData("* * * * MON#", "dayOfWeek", 12, "a value is missing")]
    [InlineData("* * 1#2 * *", "dayOfMonth", 5, "'#2' is not expected here")]
    [InlineData("H(10-5) * * * *", "minute", 1, "is not a range for H")]
    [InlineData("H(5) * * * *", "minute", 3, "write a range like H(0-29)")]
    [InlineData("H(5-9 * * * *", "minute", 1, "is not a range for H")]
    [InlineData("H/0 * * * *", "minute", 2, "0 is out of range")]
    [InlineData("H(0-29)/31 * * * *", "minute", 8, "31 is out of range; write a step, 1 to 30")]
    [InlineData("0 0 30 2 *", "dayOfMonth", 4, "no date ever fits '30 2 *'")]
    [InlineData("0 0 31 4,6,9,11 *", "dayOfMonth", 4, "no date ever fits")]
    [InlineData("0 0 30W FEB ?", "dayOfMonth", 4, "no date ever fits")]
    [InlineData("0 0 L-29 2 *", "dayOfMonth", 4, "no date ever fits")]
    [InlineData("0 0 0 29 2 ? 2027", "dayOfMonth", 6, "no date ever fits '29 2 ? 2027'")]
    [InlineData("0 0 0 29 2 ? 2100", "dayOfMonth", 6, "no date ever fits")]
    [InlineData("0 0 0 ? 2 MON#5 2027", "dayOfMonth", 6, "no date ever fits")]
    public void A_mistake_is_named_with_its_field_and_place(string text, string field, int position, string message)
    {
        var problem = Assert.Throws<ScheduleFormatException>(() => CronExpression.Parse(text));

        Assert.Equal((field, position), (problem.Field, problem.Position));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(field + ": ", problem.Message, StringComparison.Ordinal);
        Assert.False(CronExpression.TryParse(text, out _));
    }

    [Fact]
    public void A_very_long_text_is_refused_unread()
    {
        var problem = Assert.Throws<ScheduleFormatException>(() => CronExpression.Parse(new string('*', 100_000)));

        Assert.Contains("at most 1000", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_no_expression() => Assert.False(CronExpression.TryParse(null, out _));

    [Fact]
    public void Rubbish_is_refused_and_never_crashes()
    {
        const string Characters = "0123456789*,-/?LWH#()@ \tMONFRIJANcron.x\0é";
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Characters[random.Next(Characters.Length)])]);
            if (!CronExpression.TryParse(text, null, out _, out var problem))
            {
                Assert.True(problem.Position >= 0 && problem.Position <= text.Length, $"seed {seed}: '{text}' at {problem.Position}");
            }
        }
    }
}
