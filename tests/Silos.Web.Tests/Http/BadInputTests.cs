using System.Net;
using Silos.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Http;

/// <summary>Wrong input at every endpoint: the answer names the field and what would be right, and nothing is done.</summary>
public sealed class BadInputTests
{
    private const string Id = "01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01";

    /// <summary>Every endpoint that takes a body.</summary>
    public static TheoryData<string, string> WithBody => new()
    {
        { "PUT", "/api/jobs/a" },
        { "POST", "/api/jobs/a/trigger" },
        { "POST", "/api/jobs/a/pause" },
        { "POST", "/api/jobs/a/resume" },
        { "POST", "/api/jobs/a/backfill" },
        { "POST", "/api/runs" },
        { "POST", "/api/runs/batch" },
        { "POST", $"/api/runs/{Id}/cancel" },
        { "POST", $"/api/runs/{Id}/retry" },
        { "POST", "/api/queues/a/pause" },
        { "POST", "/api/queues/a/resume" },
        { "PUT", "/api/queues/a/limits" },
        { "POST", "/api/pause" },
        { "POST", "/api/resume" },
        { "POST", "/api/job_logs/list" },
        { "POST", "/api/collections/queues/records" },
    };

    /// <summary>Every endpoint that takes a query, with a query that is right.</summary>
    public static TheoryData<string> WithQuery =>
    [
        "/api/jobs?", "/api/jobs/a?", "/api/jobs/a/occurrences?", "/api/jobs/a/preview?", "/api/runs?", $"/api/runs/{Id}?", $"/api/runs/{Id}/log?",
        "/api/queues?", "/api/schedules/preview?expression=@daily&", "/api/job_logs/statistics?", "/api/health?",
    ];

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_that_is_not_strict_JSON_is_refused(string method, string path)
    {
        await using var api = await TestApi.StartAsync();
        foreach (var body in new[]
        {
            "{", "nonsense", "{\"reason\": 'x'}", "{\"reason\": \"x\",}", "{/* hello */}", "{}{}",
            "{\"handler\":\"a\",\"handler\":\"b\"}", "{\"payload\":{\"a\":1,\"a\":2}}",
            $"{{\"payload\":{new string('[', 70)}{new string(']', 70)}}}",
        })
        {
            var reply = await api.SendAsync(new HttpMethod(method), path, body);
            Assert.Contains("must be JSON", reply.Blames("body"), StringComparison.Ordinal);
        }

        Assert.Empty(api.Client.Calls);
        Assert.Empty(api.Client.Requests);
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_of_the_wrong_shape_is_refused(string method, string path)
    {
        await using var api = await TestApi.StartAsync();
        foreach (var body in new[] { "[]", "5", "\"text\"", "null", "true" })
        {
            (await api.SendAsync(new HttpMethod(method), path, body)).Blames("body");
        }
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task An_unknown_member_is_named(string method, string path)
    {
        await using var api = await TestApi.StartAsync();
        var message = (await api.SendAsync(new HttpMethod(method), path, """{"surprise'; drop table runs; --": 1}"""))
            .Blames("surprise'; drop table runs; --");
        Assert.Contains("is not known", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task Anything_but_JSON_is_refused_by_its_content_type(string method, string path)
    {
        await using var api = await TestApi.StartAsync();
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=utf-16" })
        {
            var reply = await api.SendAsync(new HttpMethod(method), path, "{}", type);
            reply.Is(HttpStatusCode.UnsupportedMediaType);
            Assert.Equal("not_json", reply.Code);
        }
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task Invalid_UTF_8_is_refused(string method, string path)
    {
        await using var api = await TestApi.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new ByteArrayContent([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']),
        };
        request.Content.Headers.ContentType = new("application/json");
        using var response = await api.Http.SendAsync(request, TestApi.Cancelled);
        Assert.Equal("must be UTF-8", (await Reply.ReadAsync(response)).Blames("body"));
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task An_oversized_body_is_too_large(string method, string path)
    {
        await using var api = await TestApi.StartAsync(o =>
        {
            o.MaxPayloadBytes = 2_000;
            o.MaxBatchBytes = 100_000;
        });
        var body = $"{{\"payload\":\"{new string('x', 120_000)}\"}}";
        foreach (var chunked in new[] { false, true })
        {
            var reply = await api.SendAsync(
                new HttpMethod(method), path, body, change: request => request.Headers.TransferEncodingChunked = chunked);
            reply.Is(HttpStatusCode.RequestEntityTooLarge);
            Assert.Equal("too_large", reply.Code);
        }
    }

    [Theory]
    [InlineData("PUT", "/api/jobs/a", """{"handler":"noop","payload":"P"}""")]
    [InlineData("POST", "/api/jobs/a/trigger", """{"payload":"P"}""")]
    [InlineData("POST", "/api/runs", """{"handler":"noop","payload":"P"}""")]
    [InlineData("POST", "/api/runs/batch", """{"runs":[{"handler":"noop","payload":"P"}]}""")]
    [InlineData("POST", "/api/collections/queues/records", """{"name":"n","payload":{"type":"noop","data":{"x":"P"}}}""")]
    public async Task A_payload_over_the_limit_is_too_large_and_one_at_the_limit_is_not(string method, string path, string body)
    {
        await using var api = await TestApi.StartAsync(o => o.MaxPayloadBytes = 2_000);
        await api.Client.SeedJobAsync("a");
        var at = body.Replace("P", new string('x', 1_990), StringComparison.Ordinal);
        var over = body.Replace("P", new string('x', 1_999), StringComparison.Ordinal);
        Assert.True((int)(await api.SendAsync(new HttpMethod(method), path, at)).Status is >= 200 and < 300);
        var reply = await api.SendAsync(new HttpMethod(method), path, over);
        reply.Is(HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("payload", reply.Detail, StringComparison.Ordinal);
        Assert.Contains("2000", reply.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WithQuery))]
    public async Task An_unknown_parameter_is_named(string path)
    {
        await using var api = await TestApi.StartAsync();
        Assert.Contains("is not known", (await api.GetAsync($"{path}surprise=1")).Blames("surprise"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/jobs?limit=0", "limit", "between 1 and 500")]
    [InlineData("/api/jobs?limit=ten", "limit", "between 1 and 500")]
    [InlineData("/api/jobs?limit=1&limit=2", "limit", "only once")]
    [InlineData("/api/jobs?after=a/b", "after", "must not contain '/'")]
    [InlineData("/api/jobs?search=%00", "search", "NUL")]
    [InlineData("/api/jobs/a/preview?count=100000", "count", "between 1 and 1000")]
    [InlineData("/api/jobs/a/preview?from=yesterday", "from", "an instant with an offset")]
    [InlineData("/api/jobs/a/occurrences?before=1", "before", "an instant with an offset")]
    [InlineData("/api/runs?state=bogus", "state", "must be one of scheduled, queued")]
    [InlineData("/api/runs?state=failed,bogus", "state", "must be one of scheduled, queued")]
    [InlineData("/api/runs?since=2026-01-01", "since", "an instant with an offset")]
    [InlineData("/api/runs?cursor=abc", "cursor", "'next' of the previous page")]
    [InlineData("/api/runs?filter=nonsense", "filter", "must be JSON")]
    [InlineData("/api/runs?filter={\"field\":\"password\",\"value\":\"x\"}", "filter.field", "is not known (known: id, job, handler")]
    [InlineData("/api/runs?filter={\"field\":\"job\",\"operator\":\"~\",\"value\":\"x\"}", "filter.operator", "is not known (known: =, !=")]
    [InlineData("/api/runs/" + Id + "?wait=maybe", "wait", "must be true, false or a duration")]
    [InlineData("/api/runs/" + Id + "/log?after=-1", "after", "must be a whole number")]
    [InlineData("/api/runs/nonsense", "run", "must be a UUID")]
    [InlineData("/api/runs/nonsense/log", "run", "must be a UUID")]
    [InlineData("/api/runs/nonsense/explain", "run", "must be a UUID")]
    [InlineData("/api/schedules/preview", "expression", "is required")]
    [InlineData("/api/schedules/preview?expression=@daily&count=x", "count", "between 1 and 1000")]
    [InlineData("/api/schedules/preview?expression=@daily&daylightSaving=never", "daylightSaving", "must be one of default, skip, both")]
    public async Task A_wrong_parameter_is_named_with_what_would_be_right(string path, string field, string problem)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        Assert.Contains(problem, (await api.GetAsync(path)).Blames(field), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "handler", "is required")]
    [InlineData("""{"handler":7}""", "handler", "must be text, not a number")]
    [InlineData("""{"handler":""}""", "handler", "must not be empty")]
    [InlineData("""{"handler":"a\u0000b"}""", "handler", "control characters")]
    [InlineData("""{"handler":"nope"}""", "handler", "No handler registered for job: nope")]
    [InlineData("""{"handler":"noop'; drop table runs; --"}""", "handler", "No handler registered for job: noop'; drop table runs; --")]
    [InlineData("""{"handler":"noop","id":"1"}""", "id", "must be a UUID")]
    [InlineData("""{"handler":"noop","queue":"a/b"}""", "queue", "must not contain '/'")]
    [InlineData("""{"handler":"noop","priority":"high"}""", "priority", "must be a whole number")]
    [InlineData("""{"handler":"noop","priority":99999999999999999999}""", "priority", "must be a whole number")]
    [InlineData("""{"handler":"noop","runAt":"soon"}""", "runAt", "an instant with an offset")]
    [InlineData("""{"handler":"noop","runAt":5}""", "runAt", "an instant with an offset")]
    [InlineData("""{"handler":"noop","delay":"-5m"}""", "delay", "is not a duration")]
    [InlineData("""{"handler":"noop","delay":"5m","runAt":"2026-01-01T00:00:00Z"}""", "delay", "not be given together")]
    [InlineData("""{"handler":"noop","maxAttempts":0}""", "maxAttempts", "must be between 1 and 1000")]
    [InlineData("""{"handler":"noop","timeout":0}""", "timeout", "must be between")]
    [InlineData("""{"handler":"noop","idempotencyKey":""}""", "idempotencyKey", "1 to 200")]
    [InlineData("""{"handler":"noop","idempotencyKey":{}}""", "idempotencyKey", "must be text, not an object")]
    [InlineData("""{"handler":"noop","onDuplicate":"explode"}""", "onDuplicate", "return_existing, reject, replace, throttle")]
    [InlineData("""{"handler":"noop","metadata":"x"}""", "metadata", "must be an object")]
    [InlineData("""{"handler":"noop","tags":[""]}""", "tags[0]", "must not be empty")]
    [InlineData("""{"handler":"noop","name":"a\u0000"}""", "name", "NUL")]
    [InlineData("""{"handler":"noop","retry":{"maxAttempts":"3"}}""", "retry.maxAttempts", "must be a whole number")]
    public async Task A_wrong_run_is_refused_alone_and_in_a_batch(string body, string field, string problem)
    {
        await using var api = await TestApi.StartAsync();
        Assert.Contains(problem, (await api.PostAsync("/api/runs", body)).Blames(field), StringComparison.Ordinal);
        var batch = await api.PostAsync("/api/runs/batch", $"{{\"runs\":[{{\"handler\":\"noop\"}},{body}]}}");
        var path = problem.StartsWith("No handler", StringComparison.Ordinal) ? field : $"runs[1].{field}";
        Assert.Contains(problem, batch.Blames(path), StringComparison.Ordinal);
        Assert.Empty(api.Client.Requests);
    }

    [Fact]
    public async Task A_batch_is_neither_empty_nor_boundless()
    {
        await using var api = await TestApi.StartAsync();
        Assert.Contains("1 to 10000", (await api.PostAsync("/api/runs/batch", """{"runs":[]}""")).Blames("runs"), StringComparison.Ordinal);
        var many = string.Join(',', Enumerable.Repeat("{}", 10_001));
        Assert.Contains("not 10001", (await api.PostAsync("/api/runs/batch", $"{{\"runs\":[{many}]}}")).Blames("runs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"handler":"noop","schedule":"61 * * * *"}""", "schedules[0].minute")]
    [InlineData("""{"handler":"noop","schedule":"0 0 30 2 *"}""", "schedules[0].dayOfMonth")]
    [InlineData("""{"handler":"noop","schedule":"@daily","timeZone":"Mars/Olympus"}""", "schedules[0].timeZone")]
    [InlineData("""{"handler":"nope"}""", "handler")]
    [InlineData("""{"handler":"noop","name":"other"}""", "name")]
    public async Task A_job_that_could_never_run_is_refused(string body, string field)
    {
        await using var api = await TestApi.StartAsync();
        (await api.PutAsync("/api/jobs/a", body)).Blames(field);
        (await api.GetAsync("/api/jobs/a")).Is(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("61 * * * *", "UTC", "expression.minute", 0)]
    [InlineData("0 25 * * *", "UTC", "expression.hour", 2)]
    [InlineData("0 0 * * FUNDAY", "UTC", "expression.dayOfWeek", 8)]
    [InlineData("0 0 * * *", "Mars/Olympus", "timeZone", null)]
    [InlineData("nonsense", "UTC", "expression", 0)]
    public async Task A_wrong_expression_is_told_with_field_and_position(string expression, string zone, string field, int? position)
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.GetAsync($"/api/schedules/preview?expression={Uri.EscapeDataString(expression)}&timeZone={zone}");
        reply.Blames(field);
        var error = reply.Json.GetProperty("errors")[0];
        Assert.Equal(position, error.TryGetProperty("position", out var p) ? p.GetInt32() : null);
    }

    [Theory]
    [InlineData("GET", "/api/jobs/{0}")]
    [InlineData("DELETE", "/api/jobs/{0}")]
    [InlineData("PUT", "/api/jobs/{0}")]
    [InlineData("POST", "/api/jobs/{0}/trigger")]
    [InlineData("POST", "/api/jobs/{0}/pause")]
    [InlineData("POST", "/api/jobs/{0}/resume")]
    [InlineData("POST", "/api/jobs/{0}/backfill")]
    [InlineData("GET", "/api/jobs/{0}/occurrences")]
    [InlineData("GET", "/api/jobs/{0}/preview")]
    [InlineData("GET", "/api/jobs/{0}/explain")]
    [InlineData("POST", "/api/queues/{0}/pause")]
    [InlineData("POST", "/api/queues/{0}/resume")]
    [InlineData("PUT", "/api/queues/{0}/limits")]
    public async Task A_name_in_the_address_that_is_none_is_refused(string method, string pattern)
    {
        await using var api = await TestApi.StartAsync();
        var field = pattern.Contains("queues", StringComparison.Ordinal) ? "queue" : "name";
        foreach (var name in new[] { new string('x', 10_240), "a%01b", "%20a", "a%0Ab" })
        {
            var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, name);
            var message = (await api.SendAsync(new HttpMethod(method), path, null)).Blames(field);
            Assert.StartsWith("must", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", "/api/jobs/none")]
    [InlineData("DELETE", "/api/jobs/none")]
    [InlineData("POST", "/api/jobs/none/trigger")]
    [InlineData("POST", "/api/jobs/none/pause")]
    [InlineData("POST", "/api/jobs/none/resume")]
    [InlineData("GET", "/api/jobs/none/occurrences")]
    [InlineData("GET", "/api/jobs/none/preview")]
    [InlineData("GET", "/api/jobs/none/explain")]
    [InlineData("GET", "/api/jobs/none'%20or%20'1'='1")]
    [InlineData("GET", "/api/runs/" + Id)]
    [InlineData("GET", "/api/runs/" + Id + "/log")]
    [InlineData("GET", "/api/runs/" + Id + "/explain")]
    [InlineData("POST", "/api/runs/" + Id + "/cancel")]
    [InlineData("POST", "/api/runs/" + Id + "/retry")]
    [InlineData("GET", "/api/nothing/here")]
    public async Task What_is_not_there_is_not_found(string method, string path)
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.SendAsync(new HttpMethod(method), path, null);
        reply.Is(HttpStatusCode.NotFound);
        Assert.Equal("not_found", reply.Code);
    }

    [Theory]
    [InlineData("DELETE", "/api/runs", "GET, POST")]
    [InlineData("PATCH", "/api/jobs/a", "DELETE, GET, PUT")]
    [InlineData("GET", "/api/jobs/a/trigger", "POST")]
    public async Task A_wrong_method_is_told_the_right_ones(string method, string path, string allowed)
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.SendAsync(new HttpMethod(method), path, null);
        reply.Is(HttpStatusCode.MethodNotAllowed);
        Assert.Equal(allowed, string.Join(", ", reply.Response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("""{"page":0}""", "page", "between 1 and")]
    [InlineData("""{"page":"1"}""", "page", "must be a whole number")]
    [InlineData("""{"limit":501}""", "limit", "between 1 and 500")]
    [InlineData("""{"filter":[]}""", "filter", "must be an object, not a list")]
    [InlineData("""{"filter":{"group":"XOR","conditions":[]}}""", "filter.group", "must be AND or OR")]
    [InlineData("""{"filter":{"group":"AND","conditions":{}}}""", "filter.conditions", "must be a list of conditions")]
    [InlineData("""{"filter":{"group":"AND","conditions":[{"field":"password","operator":"=","value":"x"}]}}""", "filter.conditions[0].field", "is not known (known: job_name, status, started_at, ended_at, duration, error, id)")]
    [InlineData("""{"filter":{"group":"AND","conditions":[{"field":"1=1; drop table job_logs","operator":"=","value":"x"}]}}""", "filter.conditions[0].field", "is not known")]
    [InlineData("""{"filter":{"group":"AND","conditions":[{"field":"job_name","operator":"regex","value":"x"}]}}""", "filter.conditions[0].operator", "is not known (known: =, !=, <, <=, >, >=, contains, like, in, empty, not_empty)")]
    [InlineData("""{"filter":{"field":"job_name","operator":"<","value":"x"}}""", "filter.operator", "does not fit the field 'job_name'")]
    [InlineData("""{"filter":{"field":"job_name","operator":"="}}""", "filter.value", "is required")]
    [InlineData("""{"filter":{"field":"job_name","operator":"=","value":5}}""", "filter.value", "must be text")]
    [InlineData("""{"filter":{"field":"job_name","operator":"=","value":"a\u0000"}}""", "filter.value", "NUL")]
    [InlineData("""{"filter":{"field":"job_name","operator":"like","value":"a%"}}""", "filter.value", "%text%")]
    [InlineData("""{"filter":{"field":"status","operator":"=","value":"dead"}}""", "filter.value", "must be one of running, completed, failed")]
    [InlineData("""{"filter":{"field":"duration","operator":">","value":"1"}}""", "filter.value", "must be a whole number")]
    [InlineData("""{"filter":{"field":"started_at","operator":">","value":"2026"}}""", "filter.value", "an instant with an offset")]
    [InlineData("""{"filter":{"field":"id","operator":"=","value":"5"}}""", "filter.value", "a UUID")]
    [InlineData("""{"filter":{"field":"job_name","operator":"in","value":"a"}}""", "filter.value", "must be a list of 1 to 100 values")]
    [InlineData("""{"filter":{"field":"error","operator":"empty","value":"a"}}""", "filter.value", "must be left out")]
    [InlineData("""{"filter":{"conditions":[{"conditions":[{"conditions":[{"conditions":[{"conditions":[{"conditions":[]}]}]}]}]}]}}""", "filter.conditions[0].conditions[0].conditions[0].conditions[0].conditions[0].conditions", "more than 5")]
    public async Task A_wrong_filter_of_the_job_log_is_refused(string body, string field, string problem)
    {
        await using var api = await TestApi.StartAsync();
        Assert.Contains(problem, (await api.PostAsync("/api/job_logs/list", body)).Blames(field), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SQL_metacharacters_in_filters_are_text()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedAsync(RunState.Completed, job: "100%_sure'; --");
        await api.Client.SeedAsync(RunState.Completed, job: "other");
        foreach (var (op, value, count) in new[] { ("=", "100%_sure'; --", 1), ("contains", "%_s", 1), ("contains", "_", 1), ("=", "' or '1'='1", 0), ("contains", "\\", 0) })
        {
            var body = System.Text.Json.JsonSerializer.Serialize(new { filter = new { field = "job_name", @operator = op, value } });
            var data = (await api.PostAsync("/api/job_logs/list", body)).Is(HttpStatusCode.OK).GetProperty("data");
            Assert.Equal(count, data.GetProperty("total").GetInt32());
        }
    }

    [Theory]
    [InlineData("""{"wait":"soon"}""", "wait", "must be true, false, a number of seconds or a duration")]
    [InlineData("""{"wait":[]}""", "wait", "must be true, false, a number of seconds or a duration")]
    [InlineData("""{"overlap":"maybe"}""", "overlap", "must be one of skip")]
    [InlineData("""{"id":"x"}""", "id", "must be a UUID")]
    public async Task A_wrong_trigger_is_refused(string body, string field, string problem)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        Assert.Contains(problem, (await api.PostAsync("/api/jobs/a/trigger", body)).Blames(field), StringComparison.Ordinal);
        Assert.Empty(api.Client.Calls);
    }

    [Theory]
    [InlineData("""{}""", "from", "is required")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z"}""", "to", "is required")]
    [InlineData("""{"from":"x","to":"2026-01-01T00:00:00Z"}""", "from", "an instant with an offset")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""", "to", "must not be before")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-03T00:00:00Z","dryRun":"yes"}""", "dryRun", "must be true or false")]
    public async Task A_wrong_backfill_is_refused(string body, string field, string problem)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        Assert.Contains(problem, (await api.PostAsync("/api/jobs/a/backfill", body)).Blames(field), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"payload":{"type":"noop"}}""", "name", "is required")]
    [InlineData("""{"name":"n"}""", "payload", "is required")]
    [InlineData("""{"name":"n","payload":"x"}""", "payload", "must be an object")]
    [InlineData("""{"name":"n","payload":{"data":{}}}""", "payload.type", "is required")]
    [InlineData("""{"name":"n","payload":{"type":"noop","data":5}}""", "payload.data", "must be an object")]
    [InlineData("""{"name":"n","payload":{"type":"noop","options":{"retry_count":"3"}}}""", "payload.options.retry_count", "must be a whole number")]
    [InlineData("""{"name":"n","payload":{"type":"noop","options":{"timeout":"soon"}}}""", "payload.options.timeout", "is not a duration")]
    [InlineData("""{"name":"n","payload":{"type":"noop","options":{"retries":3}}}""", "payload.options.retries", "is not known")]
    [InlineData("""{"name":"n","payload":{"type":"nope"}}""", "handler", "No handler registered for job: nope")]
    [InlineData("""{"name":"n","payload":{"type":"noop"},"reserved_at":"2025-01-01T00:00:00Z"}""", "reserved_at", "must be null")]
    public async Task A_wrong_record_is_refused(string body, string field, string problem)
    {
        await using var api = await TestApi.StartAsync();
        Assert.Contains(problem, (await api.PostAsync("/api/collections/queues/records", body)).Blames(field), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"maxConcurrency":0}""", "maxConcurrency")]
    [InlineData("""{"rate":"fast"}""", "rate")]
    [InlineData("""{"rate":1,"rateInterval":"0s"}""", "rateInterval")]
    [InlineData("""{"burst":5}""", "burst")]
    [InlineData("""{"weight":0}""", "weight")]
    public async Task Wrong_limits_are_refused(string body, string field)
    {
        await using var api = await TestApi.StartAsync();
        (await api.PutAsync("/api/queues/a/limits", body)).Blames(field);
        Assert.Empty(api.Client.Calls);
    }

    [Fact]
    public async Task An_empty_body_is_refused_where_one_is_needed_and_fine_where_not()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        Assert.Contains("not empty", (await api.PostAsync("/api/runs")).Blames("body"), StringComparison.Ordinal);
        (await api.PostAsync("/api/jobs/a/pause")).Is(HttpStatusCode.OK);
        (await api.PostAsync("/api/jobs/a/trigger")).Is(HttpStatusCode.Accepted);
        (await api.PostAsync("/api/pause")).Is(HttpStatusCode.NoContent);
        (await api.PostAsync("/api/job_logs/list")).Is(HttpStatusCode.OK);
    }
}
