using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Secrets;

namespace Silos.Hosting.Tests.Logging;

public sealed class LineFormatterTests
{
    [Theory]
    [InlineData(LogLevel.Information, "Silos.Engine.Jobs", "INFO Executing job a")]
    [InlineData(LogLevel.Warning, "Silos.Hosting", "WARN Executing job a")]
    [InlineData(LogLevel.Error, "Microsoft.AspNetCore", "ERROR Microsoft.AspNetCore: Executing job a")]
    [InlineData(LogLevel.Debug, "Silos.Hosting", "DEBUG Executing job a")]
    public void A_line_has_time_level_and_message(LogLevel level, string category, string expected) =>
        Assert.Matches($"^2026-01-01T[0-9:.]{{12}}[+-][0-9:]{{5}} {expected}\n$", Write(level, category, "Executing job a", null));

    [Fact]
    public void A_message_cannot_forge_a_second_line() =>
        Assert.Single(Write(LogLevel.Information, "Silos", "one\r\n2026-01-01 INFO two", null).TrimEnd('\n').Split('\n'));

    [Fact]
    public void An_exception_follows_indented()
    {
        var lines = Write(LogLevel.Error, "Silos", "Failed", new InvalidOperationException("first\nsecond")).TrimEnd('\n').Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.Equal("    System.InvalidOperationException: first", lines[1]);
        Assert.Equal("    second", lines[2]);
    }

    [Fact]
    public void Secrets_stay_out_of_the_log()
    {
        var redactor = new Redactor();
        redactor.Register("hunter2-hunter2");
        var line = Write(
            LogLevel.Error, "Silos", "Calling https://ann:p4ss@host with hunter2-hunter2, apiKey=abcd token=17",
            new InvalidOperationException("Host=db;Password=hush;Port=1 and hunter2-hunter2"), redactor);

        Assert.Contains("https://ann:[redacted]@host with [redacted], apiKey=[redacted] token=17", line, StringComparison.Ordinal);
        Assert.Contains("Host=db;Password=[redacted];Port=1 and [redacted]", line, StringComparison.Ordinal);
    }

    private static string Write(LogLevel level, string category, string message, Exception? exception, Redactor? redactor = null)
    {
        using var writer = new StringWriter();
        new LineFormatter(new ManualClock(), redactor ?? new Redactor()).Write(
            new LogEntry<string>(level, category, 0, message, exception, static (state, _) => state), null, writer);
        return writer.ToString();
    }
}
