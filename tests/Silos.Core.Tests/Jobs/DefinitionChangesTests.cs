using Silos.Jobs;
using Silos.Queues;
using Silos.Schedules;
using Silos.Secrets;

namespace Silos.Core.Tests.Jobs;

public sealed class DefinitionChangesTests
{
    private static readonly JobDefinition Plain = new() { Name = JobName.Parse("report"), Handler = "work" };

    private readonly Redactor _redactor = new();

    [Fact]
    public void Equal_definitions_have_no_changes() => Assert.Empty(Lines(Plain with { Tags = ["a"] }, Plain with { Tags = ["a"] }));

    [Fact]
    public void Fields_are_told_in_their_order_as_people_write_them() => Assert.Equal(
        [
            "handler: \"work\" → \"other\"",
            "description: null → \"Totals — “naïve”\"",
            "schedules: [] → [\"@daily\",{\"expression\":\"0 1 * * *\",\"timeZone\":\"Europe/Dublin\",\"daylightSaving\":\"both\",\"jitter\":\"5s\"}]",
            "enabled: true → false",
            "queue: \"default\" → \"mail\"",
            "priority: 0 → 5",
            "timeout: null → \"5m\"",
            "retry.maxAttempts: 3 → 7",
            "retry.initialInterval: \"1s\" → \"1m30s\"",
            "maxAttempts: null → 9",
            "overlap.mode: \"skip\" → \"queue_one\"",
            "catchUp.window: \"1h\" → \"2h\"",
            "keep.deleteOnSuccess: false → true",
            "expectSuccessWithin: null → \"never\"",
            "startup: \"none\" → \"blocking\"",
            "tags: [] → [\"a\",\"b\"]",
        ],
        Lines(Plain, Plain with
        {
            Handler = "other",
            Description = "Totals — “naïve”",
            Schedules =
            [
                "@daily",
                new ScheduleSpec
                {
                    Expression = "0 1 * * *", TimeZone = "Europe/Dublin", DaylightSaving = DaylightSavingRule.Both, Jitter = TimeSpan.FromSeconds(5),
                },
            ],
            Enabled = false,
            Queue = QueueName.Parse("mail"),
            Priority = 5,
            Timeout = TimeSpan.FromMinutes(5),
            Retry = Plain.Retry with { MaxAttempts = 7, InitialInterval = TimeSpan.FromSeconds(90) },
            MaxAttempts = 9,
            Overlap = Plain.Overlap with { Mode = OverlapMode.QueueOne },
            CatchUp = Plain.CatchUp with { Window = TimeSpan.FromHours(2) },
            Keep = new KeepPolicy { DeleteOnSuccess = true },
            ExpectSuccessWithin = Timeout.InfiniteTimeSpan,
            Startup = StartupMode.Blocking,
            Tags = ["a", "b"],
        }));

    [Theory]
    [InlineData("""{"folder":"/a","n":1}""", """{"folder":"/b","n":1}""", "payload.folder: \"/a\" → \"/b\"")]
    [InlineData("""{"a":{"b":{"c":1}},"gone":[1]}""", """{"a":{"b":{"c":2}},"new":{}}""", "payload.a.b.c: 1 → 2; payload.new: null → {}; payload.gone: [1] → null")]
    [InlineData("""{"list":[1,2]}""", """{"list":[1,3]}""", "payload.list: [1,2] → [1,3]")]
    [InlineData("""{"a":1}""", "[1]", "payload: {\"a\":1} → [1]")]
    [InlineData("""{"a":1}""", """{ "a": 1 }""", "payload: {\"a\":1} → { \"a\": 1 }")]
    [InlineData(null, """{"a":1}""", "payload: null → {\"a\":1}")]
    public void A_payload_is_compared_inside(string? before, string? after, string expected) => Assert.Equal(
        expected, string.Join("; ", Lines(Plain with { Payload = Json(before) }, Plain with { Payload = Json(after) })));

    [Fact]
    public void A_payload_that_is_another_one_altogether_is_told_as_a_whole()
    {
        var change = Assert.Single(DefinitionChanges.Between(
            Plain with { Payload = JsonText.From(Enumerable.Range(0, 30).ToDictionary(i => $"m{i}", i => i)) },
            Plain with { Payload = JsonText.From(Enumerable.Range(0, 30).ToDictionary(i => $"m{i}", i => i + 1)) },
            _redactor));

        Assert.Equal("payload", change.Field);
        Assert.StartsWith("""{"m0":1,"m1":2,""", change.After?.Text, StringComparison.Ordinal);
        Assert.EndsWith("…", change.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_changed_is_told_without_itself()
    {
        _redactor.Register("h1dden-value");
        var changes = DefinitionChanges.Between(
            Plain with { Payload = JsonText.Parse("""{"password":"old","credentials":{"user":"a"},"note":"h1dden-value","list":[{"apiKey":"x"}]}"""), Description = "h1dden-value" },
            Plain with { Payload = JsonText.Parse("""{"password":"new","credentials":{"user":"b"},"note":"-","list":[{"apiKey":"y"}],"token":"t"}""") },
            _redactor);

        Assert.Equal(
            [
                "description: \"[redacted]\" → null",
                "payload.password: \"[redacted]\" → \"[redacted]\"",
                "payload.credentials: \"[redacted]\" → \"[redacted]\"",
                "payload.note: \"[redacted]\" → \"-\"",
                "payload.list: [{\"apiKey\":\"[redacted]\"}] → [{\"apiKey\":\"[redacted]\"}]",
                "payload.token: null → \"[redacted]\"",
            ],
            changes.Select(change => change.ToString()));
    }

    private static JsonText? Json(string? text) => text is null ? null : JsonText.Parse(text);

    private IEnumerable<string> Lines(JobDefinition before, JobDefinition after) =>
        DefinitionChanges.Between(before, after, _redactor).Select(change => change.ToString());
}
