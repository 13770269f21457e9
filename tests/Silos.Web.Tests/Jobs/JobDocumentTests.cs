using System.Text.Json;
using Silos.Client.Jobs;
using Silos.Jobs;
using Silos.Queues;
using Silos.Schedules;

namespace Silos.Web.Tests.Jobs;

public sealed class JobDocumentTests
{
    private const string Everything = """
        {
          "name": "nightly-report", "description": "Totals of the day",
          "schedules": ["30 1 * * *", {"expression": "@every 24h", "timeZone": "Europe/Paris", "daylightSaving": "both",
            "startAt": "2026-01-01T00:00:00Z", "endAt": "2026-12-31T00:00:00+01:00", "maxOccurrences": 3, "jitter": "10s", "calendars": ["bank"]}],
          "timeZone": "Europe/Dublin", "handler": "data_processing", "payload": {"operation": "aggregate", "n": 1.50},
          "timeout": "5m", "retry": {"maxAttempts": 5, "initialInterval": "1s", "coefficient": 2.5, "maxInterval": 90, "jitter": false, "nonRetryableErrors": ["X"]},
          "overlap": {"mode": "allow", "limit": 4}, "catchUp": {"policy": "all", "window": "PT2H", "tolerance": "10s"},
          "queue": "reports", "priority": -5, "enabled": false, "tags": ["a", "b"], "pauseAfterFailures": 7,
          "concurrencyKey": "db", "concurrencyLimit": 2, "lateAfter": "2s", "expectSuccessWithin": "never", "startup": "background",
          "keep": {"completed": "1d", "failed": "30d", "maxRuns": 10, "deleteOnSuccess": true}
        }
        """;

    [Fact]
    public void Every_field_is_read()
    {
        var job = Read(Everything);

        Assert.Equal("nightly-report", job.Name.Value);
        Assert.Equal("Totals of the day", job.Description);
        Assert.Equal(2, job.Schedules.Count);
        Assert.Equal(new ScheduleSpec { Expression = "30 1 * * *", TimeZone = "Europe/Dublin" }, job.Schedules[0]);
        Assert.Equal("Europe/Paris", job.Schedules[1].TimeZone);
        Assert.Equal(DaylightSavingRule.Both, job.Schedules[1].DaylightSaving);
        Assert.Equal(new DateTimeOffset(2026, 12, 30, 23, 0, 0, TimeSpan.Zero), job.Schedules[1].EndAt);
        Assert.Equal(3, job.Schedules[1].MaxOccurrences);
        Assert.Equal(TimeSpan.FromSeconds(10), job.Schedules[1].Jitter);
        Assert.Equal(["bank"], job.Schedules[1].Calendars);
        Assert.Equal("{\"operation\": \"aggregate\", \"n\": 1.50}", job.Payload?.Text);
        Assert.Equal(TimeSpan.FromMinutes(5), job.Timeout);
        Assert.Equal(
            new RetryPolicy { MaxAttempts = 5, Coefficient = 2.5, MaxInterval = TimeSpan.FromSeconds(90), Jitter = false, NonRetryableErrors = ["X"] },
            job.Retry);
        Assert.Equal(new OverlapPolicy { Mode = OverlapMode.Allow, Limit = 4 }, job.Overlap);
        Assert.Equal(
            new CatchUpPolicy { Mode = CatchUpMode.All, Window = TimeSpan.FromHours(2), Tolerance = TimeSpan.FromSeconds(10) }, job.CatchUp);
        Assert.Equal(QueueName.Parse("reports"), job.Queue);
        Assert.Equal(-5, job.Priority);
        Assert.False(job.Enabled);
        Assert.Equal(["a", "b"], job.Tags);
        Assert.Equal(7, job.PauseAfterFailures);
        Assert.Equal(("db", 2), (job.ConcurrencyKey, job.ConcurrencyLimit));
        Assert.Equal(TimeSpan.FromSeconds(2), job.LateAfter);
        Assert.Equal(Timeout.InfiniteTimeSpan, job.ExpectSuccessWithin);
        Assert.Equal(TimeSpan.FromHours(2), Read("""{"name": "a", "handler": "b", "expectSuccessWithin": "2h"}""").ExpectSuccessWithin);
        Assert.Equal(StartupMode.Background, job.Startup);
        Assert.Equal(
            new KeepPolicy { Completed = TimeSpan.FromDays(1), Failed = TimeSpan.FromDays(30), MaxRuns = 10, DeleteOnSuccess = true }, job.Keep);
    }

    [Theory]
    [InlineData(Everything)]
    [InlineData("""{"name": "a", "handler": "h"}""")]
    public void What_is_written_reads_back_as_the_same(string json)
    {
        var job = Read(json);
        Assert.Equal(job, Read(JobDocument.ToJson(job)));
    }

    [Fact]
    public void Short_forms_mean_what_the_long_ones_do()
    {
        var shorter = Read("""{"name":"a","handler":"h","schedule":"@hourly","retry":4,"overlap":"queue-one","catchUp":"none","timeout":90}""");
        var longer = Read("""
            {"name":"a","handler":"h","schedules":[{"expression":"@hourly"}],"retry":{"maxAttempts":4},
             "overlap":{"mode":"queue_one"},"catchUp":{"policy":"none"},"timeout":"1m30s"}
            """);
        Assert.Equal(longer, shorter);
    }

    [Theory]
    [InlineData("""{"handler":"h","name":5}""", "name", "must be text, not a number")]
    [InlineData("""{"handler":"h"}""", "name", "is required")]
    [InlineData("""{"name":"a"}""", "handler", "is required")]
    [InlineData("""{"name":"a/b","handler":"h"}""", "name", "must not contain '/'")]
    [InlineData("""{"name":"a\u0000","handler":"h"}""", "name", "control characters")]
    [InlineData("""{"name":"a","handler":"h","description":"x\u0000y"}""", "description", "NUL")]
    [InlineData("""{"name":"a","handler":"h","description":"\ud800"}""", "description", "surrogate")]
    [InlineData("""{"name":"a","handler":"h","timezone":"UTC"}""", "timezone", "did you mean 'timeZone'?")]
    [InlineData("""{"name":"a","handler":"h","cron":"* * * * *"}""", "cron", "is not known (known: name, description, handler, schedule")]
    [InlineData("""{"name":"a","handler":"h","schedule":5}""", "schedule", "must be a schedule: text like")]
    [InlineData("""{"name":"a","handler":"h","schedule":{"timeZone":"UTC"}}""", "schedule.expression", "is required")]
    [InlineData("""{"name":"a","handler":"h","schedules":"* * * * *"}""", "schedules", "must be a list")]
    [InlineData("""{"name":"a","handler":"h","schedules":["@daily",{"expression":"@daily","zone":"UTC"}]}""", "schedules[1].zone", "is not known")]
    [InlineData("""{"name":"a","handler":"h","schedule":"@daily","schedules":[]}""", "schedules", "must not be given together")]
    [InlineData("""{"name":"a","handler":"h","retry":{"maxAttempts":0}}""", "retry.maxAttempts", "must be between 1 and 1000")]
    [InlineData("""{"name":"a","handler":"h","retry":{"maxAttempts":1.5}}""", "retry.maxAttempts", "must be a whole number")]
    [InlineData("""{"name":"a","handler":"h","retry":{"coefficient":0.5}}""", "retry.coefficient", "must be between 1 and 100")]
    [InlineData("""{"name":"a","handler":"h","retry":{"initialInterval":"soon"}}""", "retry.initialInterval", "is not a duration")]
    [InlineData("""{"name":"a","handler":"h","retry":"often"}""", "retry", "must be an object")]
    [InlineData("""{"name":"a","handler":"h","timeout":"30"}""", "timeout", "is not a duration")]
    [InlineData("""{"name":"a","handler":"h","timeout":-1}""", "timeout", "must be between")]
    [InlineData("""{"name":"a","handler":"h","timeout":1e300}""", "timeout", "must be a duration")]
    [InlineData("""{"name":"a","handler":"h","overlap":"sometimes"}""", "overlap", "must be one of skip, queue_one, queue_all, allow, cancel_running, terminate_running")]
    [InlineData("""{"name":"a","handler":"h","overlap":{"mode":"skip","limit":2}}""", "overlap.limit", "only with the mode allow")]
    [InlineData("""{"name":"a","handler":"h","catchUp":{"policy":"some"}}""", "catchUp.policy", "must be one of none, last, all")]
    [InlineData("""{"name":"a","handler":"h","priority":1001}""", "priority", "must be between -1000 and 1000")]
    [InlineData("""{"name":"a","handler":"h","enabled":"yes"}""", "enabled", "must be true or false, not text")]
    [InlineData("""{"name":"a","handler":"h","tags":"x"}""", "tags", "must be a list")]
    [InlineData("""{"name":"a","handler":"h","tags":["x",5]}""", "tags[1]", "must be text")]
    [InlineData("""{"name":"a","handler":"h","startAt":"2026-01-01T00:00:00"}""", "startAt", "an instant with an offset")]
    [InlineData("""{"name":"a","handler":"h","startAt":"tomorrow"}""", "startAt", "an instant with an offset")]
    [InlineData("""{"name":"a","handler":"h","startup":"always"}""", "startup", "must be one of none, background, blocking")]
    [InlineData("""{"name":"a","handler":"h","keep":[]}""", "keep", "must be an object, not a list")]
    [InlineData("[]", "body", "must be an object, not a list")]
    public void Mistakes_name_the_field_and_what_would_be_right(string json, string field, string problem)
    {
        var exception = Assert.Throws<InvalidException>(() => Read(json));
        var told = Assert.Single(exception.Problems, p => p.Field == field);
        Assert.Contains(problem, told.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_with_the_path_of_the_document()
    {
        using var json = JsonDocument.Parse("""{"priority":"high","retry":{"maxAttempts":-1},"what":1}""");
        var problems = new List<FieldProblem>();
        Assert.Null(JobDocument.Read(json.RootElement, "jobs[3]", null, problems));
        Assert.Equal(
            ["jobs[3].name", "jobs[3].handler", "jobs[3].retry.maxAttempts", "jobs[3].priority", "jobs[3].what"],
            problems.Select(p => p.Field));
    }

    [Fact]
    public void The_record_has_the_names_that_are_read()
    {
        var exception = Assert.Throws<InvalidException>(() => Read("""{"?":1}"""));
        var known = Assert.Single(exception.Problems, p => p.Field == "?").Problem;
        foreach (var property in typeof(JobDocument).GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            Assert.Matches($"[ :]{name}[,)]", known);
        }
    }

    private static JobDefinition Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JobDocument.Read(document.RootElement);
    }
}
