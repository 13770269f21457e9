using System.Text;
using Silos.Jobs;
using Silos.Schedules;
using Silos.Workers;

namespace Silos.Hosting.Tests.JobsFiles;

public sealed class JobsFileReaderTests
{
    private static readonly JobsFileContext Context = new()
    {
        Handlers = new Dictionary<string, HandlerRegistration>
        {
            ["work"] = new() { Key = "work", Invoke = static (_, _) => Task.CompletedTask },
            ["picky"] = new()
            {
                Key = "picky",
                Invoke = static (_, _) => Task.CompletedTask,
                Check = payload => payload.IsNull ? null : new FieldProblem("payload.to", "nobody", "must be an address"),
            },
        },
    };

    [Fact]
    public void The_example_of_the_documentation_reads_as_it_says()
    {
        var file = Read(
            """
            schedules:
              cron.workhours_15m: "0 */15 9-17 ? * MON-FRI"
            calendars:
              holidays: { description: Bank holidays, excluded: ["2026-12-25..2026-12-26"], allowedDays: [weekdays] }
            jobs:
              - name: nightly-report
                description: Totals of the day
                schedules: ["30 1 * * *"]           # or schedule: "…"
                timeZone: Europe/Dublin
                handler: work
                payload: { operation: aggregate, source: sales.csv, target: totals.csv, groupBy: [region], sum: [amount] }
                timeout: 5m
                retry: { maxAttempts: 5, initialInterval: 1s, coefficient: 2.0, maxInterval: 60s }
                overlap: skip
                catchUp: { policy: last, window: 1h }
              - name: poll
                schedule: { expression: cron.workhours_15m, calendars: [holidays] }
                handler: work
            """);

        Assert.Equal("0 */15 9-17 ? * MON-FRI", file.Schedules["cron.workhours_15m"]);
        Assert.Equal(DaysOfWeek.Weekdays, file.Calendars["holidays"].AllowedDays);
        Assert.True(file.Calendars["holidays"].Excludes(new DateOnly(2026, 12, 26)));
        var report = file.Jobs[0];
        Assert.Equal("nightly-report", report.Name.Value);
        Assert.Equal(new ScheduleSpec { Expression = "30 1 * * *", TimeZone = "Europe/Dublin" }, Assert.Single(report.Schedules));
        Assert.Equal("""{"operation":"aggregate","source":"sales.csv","target":"totals.csv","groupBy":["region"],"sum":["amount"]}""", report.Payload?.Text);
        Assert.Equal(TimeSpan.FromMinutes(5), report.Timeout);
        Assert.Equal(5, report.Retry.MaxAttempts);
        Assert.Equal(TimeSpan.FromHours(1), report.CatchUp.Window);
        Assert.Equal(new ScheduleSpec { Expression = "cron.workhours_15m", Calendars = ["holidays"] }, Assert.Single(file.Jobs[1].Schedules));
    }

    [Fact]
    public void Json_reads_the_same_as_yaml()
    {
        var json = Read("""{"jobs": [{"name": "a", "handler": "work", "schedule": "@daily", "payload": {"n": 1.50}}]}""", "jobs.json");
        var yaml = Read("jobs: [{name: a, handler: work, schedule: '@daily', payload: {n: 1.50}}]");

        Assert.Equal(yaml.Jobs, json.Jobs);
        Assert.Equal("""{"n":1.50}""", json.Jobs[0].Payload?.Text);
    }

    /// <summary>Unquoted values mean what YAML 1.2's core schema says, so <c>on</c> and <c>yes</c> are text.</summary>
    [Theory]
    [InlineData("on", "\"on\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("\"5\"", "\"5\"")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("5", "5")]
    [InlineData("+5", "5")]
    [InlineData("007", "7")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("-.5", "-0.5")]
    [InlineData("1.", "1")]
    [InlineData("1e3", "1e3")]
    [InlineData("01.20E+2", "1.20E+2")]
    [InlineData("True", "true")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("null", "null")]
    [InlineData("2026-12-24", "\"2026-12-24\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("-", "[null]")]
    public void Unquoted_values_have_the_types_of_yaml_1_2(string written, string expected)
    {
        var file = Read($"jobs:\n  - name: a\n    handler: work\n    payload:\n      x: {(written == "-" ? "\n      - " : written)}\n");

        Assert.Equal($$"""{"x":{{expected}}}""", file.Jobs[0].Payload?.Text);
    }

    [Fact]
    public void Aliases_are_written_out()
    {
        var file = Read("jobs:\n  - &one { name: a, handler: work, payload: &p [1, 2] }\n  - { name: b, handler: work, payload: *p }\n");

        Assert.Equal("[1,2]", file.Jobs[1].Payload?.Text);
    }

    [Fact]
    public void A_file_without_jobs_says_so() => Assert.Empty(Read("jobs: []").Jobs);

    /// <summary>Each mistake with the line and column it stands at, the field, and what would be right.</summary>
    [Theory]
    [InlineData("", "1:1 the file is empty; write 'jobs: []' if it shall have no jobs")]
    [InlineData("# nothing\n", "1:1 the file is empty; write 'jobs: []' if it shall have no jobs")]
    [InlineData("- a\n", "1:1 must be a map with 'jobs', and 'schedules' and 'calendars' if wanted, not a list")]
    [InlineData("schedules: {}\n", "1:1 jobs: is required; write 'jobs: []' if there shall be none")]
    [InlineData("jobs: 5\n", "1:7 jobs: '5' must be a list of jobs, each beginning with '- name: …', not a number")]
    [InlineData("job: []\njobs: []\n", "1:1 job: is not known; did you mean 'jobs'? (known: schedules, calendars, jobs)")]
    [InlineData("jobs:\n  - handler: work\n", "2:5 jobs[0].name: is required")]
    [InlineData("jobs:\n  - name: 5\n    handler: work\n", "2:11 jobs[0].name: '5' must be text, not a number")]
    [InlineData("jobs:\n  - name: a/b\n    handler: work\n", "2:11 jobs[0].name: 'a/b' must not contain '/'")]
    [InlineData("jobs:\n  - name: a\n", "2:5 jobs[0].handler: is required")]
    [InlineData("jobs:\n  - name: a\n    handler: nope\n", "3:14 jobs[0].handler: No handler registered for job: nope (registered: picky, work)")]
    [InlineData("jobs:\n  - name: a\n    handler: picky\n    payload:\n      to: nobody\n", "5:11 jobs[0].payload.to: 'nobody' must be an address")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    payload:\n      password: '[redacted]'\n", "5:17 jobs[0].payload.password: '[redacted]' stands for a secret that is not known here")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    timeOut: 5m\n", "4:5 jobs[0].timeOut: is not known; did you mean 'timeout'?")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    timeout: soon\n", "4:14 jobs[0].timeout: 'soon' is not a duration")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    retry: { maxAttempts: 0 }\n", "4:27 jobs[0].retry.maxAttempts: '0' must be between 1 and 1000")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    overlap: never\n", "4:14 jobs[0].overlap: 'never' must be one of skip, queue_one")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    enabled: yes\n", "4:14 jobs[0].enabled: must be true or false, not text")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedules: ['0 2 * * *', '61 * * * *']\n", "4:31 jobs[0].schedules[1]: ")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedule: '0 25 * * *'\n", "4:18 jobs[0].schedules[0]: ")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedule: 0 2 30 2 *\n", "4:19 jobs[0].schedules[0]: dayOfMonth")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedule: cron.nope\n", "4:15 jobs[0].schedules[0]: ")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedule: '@daily'\n    timeZone: Mars/Olympus\n", "5:15 jobs[0].timeZone: ")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedule: { expression: '@daily', calendars: [nope] }\n", "4:50 jobs[0].schedules[0].calendars")]
    [InlineData("schedules:\n  nightly: '@daily'\njobs: []\n", "2:3 schedules.nightly: is not known as the name of a schedule: it must begin with 'cron.'")]
    [InlineData("schedules:\n  cron.x: '99 * * * *'\njobs: []\n", "2:12 schedules.cron.x: ")]
    [InlineData("schedules:\n  cron.x: cron.y\n  cron.y: '@daily'\njobs: []\n", "2:11 schedules.cron.x: ")]
    [InlineData("calendars:\n  c: { excluded: [tomorrow] }\njobs: []\n", "2:19 calendars.c.excluded[0]: 'tomorrow' must be one day like 2026-12-25")]
    [InlineData("calendars:\n  c: { allowedDays: [someday] }\njobs: []\n", "2:22 calendars.c.allowedDays[0]: 'someday' must be days")]
    [InlineData("calendars:\n  c: { blackout: [] }\njobs: []\n", "2:8 calendars.c.blackout: is not known")]
    [InlineData("jobs:\n  - name: a\n    name: b\n    handler: work\n", "3:5 jobs[0].name: is given twice; the first one is on line 2")]
    [InlineData("jobs:\n  - { name: a, handler: work }\n  - { name: b, handler: work }\n  - { name: a, handler: work }\n", "4:13 jobs[2].name: 'a' is already the name of jobs[0] on line 2; names are unique in a file")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedule: @every 5m\n", "4:15 a value that begins with '@' must be quoted: \"@every 5m\"")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    schedule: * * * * *\n", "4:15 a value that begins with '*' means something else in YAML and must be quoted: \"* * * * *\"")]
    [InlineData("jobs:\n  - name: a\n\t  handler: work\n", "3:1 a tab indents this line; YAML is indented with spaces")]
    [InlineData("jobs:\n\t- name: a\n", "2:1 a tab indents this line; YAML is indented with spaces")]
    [InlineData("jobs: []\n---\njobs: []\n", "2:1 only one document is allowed in a file; remove the '---'")]
    [InlineData("jobs:\n  - name: a: b\n", "2:12 this is not YAML: a second ': ' in one value; quote the value, or check the indentation")]
    [InlineData("jobs: [\n", "2:1 this is not YAML: ")]
    [InlineData("jobs:\n  - name: *nobody\n", "2:11 jobs[0].name: refers to '*nobody', but there is no '&nobody' before it")]
    [InlineData("jobs: &all [*all]\n", "1:13 jobs[0]: refers to '*all', of which it is a part")]
    [InlineData("jobs:\n  - name: !!int 5\n", "2:11 jobs[0].name: has the tag 'tag:yaml.org,2002:int'; tags are not supported, quote what is text")]
    [InlineData("jobs: !!python/object []\n", "1:7 jobs: has the tag 'tag:yaml.org,2002:python/object'; tags are not supported")]
    [InlineData("jobs:\n  - ? [a]\n    : b\n", "2:7 jobs[0]: must have text as its key")]
    [InlineData("jobs:\n  - name: a\n    handler: work\n    payload: .inf\n", "4:14 jobs[0].payload: '.inf' must be a finite number; quote it if text is meant")]
    [InlineData("jobs:\n  - name: a\u0000b\n", "2:12 the character U+0000 is not allowed; write it as an escape in a quoted text")]
    [InlineData("jobs:\n  - name: \"a\\0b\"\n    handler: work\n", "2:11 jobs[0].name: 'a\uFFFDb' must not contain control characters (U+0000 at position 1)")]
    public void A_mistake_is_told_with_its_line_column_and_field(string text, string expected)
    {
        var exception = Assert.Throws<JobsFileException>(() => Read(text));

        Assert.StartsWith($"silos.yaml:{expected}", Assert.Single(exception.Problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"jobs\": [\n  {\"name\": \"a\", \"handler\": \"nope\"}\n]}", "2:28 jobs[0].handler: No handler registered for job: nope")]
    [InlineData("{\"jobs\": [],\n \"jobs\": []}", "2:2 jobs: is given twice; the first one is on line 1")]
    [InlineData("{\"jobs\": [],\n}", "2:1 this is not JSON: ")]
    [InlineData("{\"jobs\": [] // none\n}", "1:13 this is not JSON: ")]
    [InlineData("{\"jobs\": []} x", "1:14 this is not JSON: ")]
    [InlineData("{\"jobs\": [{\"name\": \"ä\", \"handler\": 7}]}", "1:36 jobs[0].handler: '7' must be text, not a number")]
    [InlineData("{\"jobs\": [{\"name\": \"\\ud800\", \"handler\": \"work\"}]}", "1:20 jobs[0].name: must not contain an unpaired surrogate")]
    public void A_mistake_in_json_is_told_with_its_place_too(string text, string expected)
    {
        var exception = Assert.Throws<JobsFileException>(() => Read(text, "jobs.json"));

        Assert.StartsWith($"jobs.json:{expected}", Assert.Single(exception.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_is_told_at_once_in_the_order_of_the_file()
    {
        var exception = Assert.Throws<JobsFileException>(() => Read(
            """
            jobs:
              - name: a
                handler: nope
                timeout: soon
              - name: b
                handler: work
                schedule: '61 * * * *'
                priority: high
            extra: 1
            """));

        // A job whose own fields are wrong is not looked at further: its handler may be meant otherwise.
        Assert.Equal(
            ["4:14 jobs[0].timeout", "8:15 jobs[1].priority", "9:1 extra"],
            exception.Problems.Select(problem => $"{problem.Position.Line}:{problem.Position.Column} {problem.Field}"));
    }

    [Fact]
    public void Aliases_of_aliases_cannot_eat_the_memory()
    {
        var text = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (var c = 'b'; c <= 'j'; c++)
        {
            text.Append(c).Append(": &").Append(c).Append(" [").AppendJoin(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 10)).Append("]\n");
        }

        var exception = Assert.Throws<JobsFileException>(() => Read(text.ToString()));

        Assert.Contains("once its aliases are written out", Assert.Single(exception.Problems).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silos.yaml")]
    [InlineData("silos.json")]
    public void Nesting_has_a_limit(string file)
    {
        var text = $"{{\"jobs\": [{{\"name\": \"a\", \"handler\": \"work\", \"payload\": {new string('[', 100)}{new string(']', 100)}}}]}}";

        Assert.Contains($"{JsonText.MaxDepth}", Assert.Throws<JobsFileException>(() => Read(text, file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_4_MiB_is_refused()
    {
        var exception = Assert.Throws<JobsFileException>(() => Read(new string(' ', (4 * 1024 * 1024) + 1)));

        Assert.Equal("silos.yaml:1:1 the file has more than 4194304 bytes, which is the most that is accepted", exception.Message);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_shown_where_they_are()
    {
        var exception = Assert.Throws<JobsFileException>(
            () => JobsFileReader.Read("silos.yaml", [.. "jobs:\n  - "u8, 0xE9, .. " x"u8], Context));

        Assert.Equal("silos.yaml:2:5 the file must be UTF-8; here is a byte that is not", exception.Message);
    }

    [Fact]
    public void Jobs_that_do_not_say_overlap_as_the_host_says()
    {
        var file = JobsFileReader.Read(
            "silos.yaml",
            "jobs: [{name: a, handler: work}, {name: b, handler: work, overlap: skip}]"u8,
            Context with { DefaultOverlap = OverlapMode.Allow });

        Assert.Equal([OverlapMode.Allow, OverlapMode.Skip], file.Jobs.Select(job => job.Overlap.Mode));
    }

    [Fact]
    public void Names_of_the_configuration_may_be_used_and_overridden()
    {
        var context = Context with
        {
            Environment = ScheduleEnvironment.Empty with
            {
                NamedSchedules = new Dictionary<string, string> { ["cron.a"] = "@daily" },
            },
        };

        var file = JobsFileReader.Read("silos.yaml", "jobs: [{name: a, handler: work, schedule: cron.a}]"u8, context);

        Assert.Equal("cron.a", file.Jobs[0].Schedules[0].Expression);
    }

    private static JobsFile Read(string text, string file = "silos.yaml") =>
        JobsFileReader.Read(file, Encoding.UTF8.GetBytes(text), Context);
}
