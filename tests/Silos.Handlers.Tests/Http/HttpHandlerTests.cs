using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Handlers.Http;

public sealed class HttpHandlerTests
{
    [Fact]
    public async Task A_request_is_sent_as_the_payload_says_and_the_answer_is_the_result()
    {
        await using var server = new TestHttpServer(_ => TestHttpServer.Response(
            "201 Created", "{\"id\":7}", "Content-Type: application/json\r\nSet-Cookie: session=secret\r\n"));
        var context = new FakeJobContext($$$"""
            {"method":"put","url":"{{{server.Url("/orders/7?key=hidden")}}}","headers":{"X-Api-Key":"topsecret"},"body":{"amount":1.50}}
            """);

        await RunAsync(Local(), context);

        var request = Assert.Single(server.Requests);
        Assert.StartsWith("PUT /orders/7?key=hidden HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("X-Api-Key: topsecret", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", request, StringComparison.Ordinal);
        Assert.Contains($"Idempotency-Key: silos-{context.RunId}", request, StringComparison.Ordinal);
        Assert.Contains($"Silos-Run: {context.RunId}", request, StringComparison.Ordinal);
        Assert.Contains($"Silos-Fencing-Token: {context.FencingToken}", request, StringComparison.Ordinal);
        Assert.Contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-", request, StringComparison.Ordinal);
        Assert.EndsWith("{\"amount\":1.50}", request, StringComparison.Ordinal);
        Assert.Equal(201, context.Result.GetProperty("status").GetInt32());
        Assert.Equal("{\"id\":7}", context.Result.GetProperty("body").GetString());
        Assert.Equal("application/json", context.Result.GetProperty("headers").GetProperty("content-type").GetString());
        Assert.False(context.Result.GetProperty("headers").TryGetProperty("set-cookie", out _));
        Assert.Equal(100, context.Progress[^1].Percent);
        Assert.All(context.Lines, line => Assert.DoesNotContain("secret", line, StringComparison.Ordinal));
        Assert.All(context.Lines, line => Assert.DoesNotContain("hidden", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("200 OK", null, null)]
    [InlineData("404 Not Found", "[200, \"404\"]", null)]
    [InlineData("503 Service Unavailable", "\"5xx\"", null)]
    [InlineData("204 No Content", "\"200-204\"", null)]
    [InlineData("204 No Content", "200", typeof(NonRetryableException))]
    [InlineData("302 Found", null, typeof(NonRetryableException))]
    [InlineData("400 Bad Request", null, typeof(NonRetryableException))]
    [InlineData("401 Unauthorized", null, typeof(NonRetryableException))]
    [InlineData("408 Request Timeout", null, typeof(HttpRequestException))]
    [InlineData("425 Too Early", null, typeof(HttpRequestException))]
    [InlineData("429 Too Many Requests", null, typeof(HttpRequestException))]
    [InlineData("500 Internal Server Error", null, typeof(HttpRequestException))]
    [InlineData("503 Service Unavailable", null, typeof(HttpRequestException))]
    public async Task The_status_decides_between_success_retry_and_failure(string status, string? expected, Type? error)
    {
        await using var server = new TestHttpServer(_ => TestHttpServer.Response(status, "why"));
        var context = new FakeJobContext(
            $$"""{"url":"{{server.Url("/")}}","expectedStatus":{{expected ?? "null"}}}""");

        var thrown = await Record.ExceptionAsync(() => RunAsync(Local(), context));

        Assert.Equal(error, thrown?.GetType());
        Assert.Equal(status[..3], context.Result.GetProperty("status").GetRawText());
        if (thrown is not null)
        {
            Assert.Contains($"answered {status[..3]}", thrown.Message, StringComparison.Ordinal);
            Assert.Contains(status.StartsWith("204", StringComparison.Ordinal) ? "204" : "why", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("429 Too Many Requests", "17", 17)]
    [InlineData("503 Service Unavailable", "Sat, 01 Mar 2025 12:01:30 GMT", 90)]
    [InlineData("503 Service Unavailable", "Sat, 01 Mar 2025 11:00:00 GMT", 0)]
    [InlineData("503 Service Unavailable", "999999", 3600)]
    public async Task The_wait_that_a_server_asks_for_is_kept(string status, string header, int seconds)
    {
        await using var server = new TestHttpServer(_ => TestHttpServer.Response(status, headers: $"Retry-After: {header}\r\n"));
        var context = new FakeJobContext($$"""{"url":"{{server.Url("/")}}"}""") { Time = new ManualTime() };

        var error = await Assert.ThrowsAsync<RetryAfterException>(() => RunAsync(Local(), context));

        Assert.Equal(TimeSpan.FromSeconds(seconds), error.Delay);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = new TestHttpServer(request => request.StartsWith("GET /end", StringComparison.Ordinal)
            ? TestHttpServer.Response("200 OK")
            : TestHttpServer.Response("302 Found", headers: "Location: /end\r\n"));

        await Assert.ThrowsAsync<NonRetryableException>(() =>
            RunAsync(Local(), new FakeJobContext($$"""{"url":"{{server.Url("/start")}}"}""")));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_long_answer_is_cut_and_a_binary_one_left_out()
    {
        await using var server = new TestHttpServer(request => TestHttpServer.Response(
            "200 OK", request.StartsWith("GET /long", StringComparison.Ordinal) ? new string('ä', 100_000) : "a\0b"));
        var options = Local();
        options.MaxResponseBytes = 1_001;
        var longAnswer = new FakeJobContext($$"""{"url":"{{server.Url("/long")}}"}""");
        var binary = new FakeJobContext($$"""{"url":"{{server.Url("/binary")}}"}""");

        await RunAsync(options, longAnswer);
        await RunAsync(options, binary);

        Assert.Equal(new string('ä', 500), longAnswer.Result.GetProperty("body").GetString());
        Assert.True(longAnswer.Result.GetProperty("bodyCut").GetBoolean());
        Assert.Equal(JsonValueKind.Null, binary.Result.GetProperty("body").ValueKind);
    }

    [Fact]
    public async Task An_answer_full_of_escapes_still_fits_a_result()
    {
        await using var server = new TestHttpServer(_ => TestHttpServer.Response("200 OK", new string('<', 131_072)));
        var options = Local();
        options.MaxResponseBytes = 131_072;
        var context = new FakeJobContext($$"""{"url":"{{server.Url("/")}}"}""");

        await RunAsync(options, context);

        Assert.InRange(context.Result.GetRawText().Length, 100_000, 256 * 1024);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_timeout()
    {
        await using var server = new TestHttpServer(_ => null);
        var time = new ManualTime();
        var context = new FakeJobContext($$"""{"url":"{{server.Url("/")}}","timeout":"5s"}""") { Time = time };

        var run = RunAsync(Local(), context);
        await server.Asked.Task;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Contains("was not answered within 00:00:05", (await Assert.ThrowsAsync<TimeoutException>(() => run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_run_stops_waiting()
    {
        await using var server = new TestHttpServer(_ => null);
        using var cancel = new CancellationTokenSource();
        using var handler = new HttpHandler(Options.Create(Local()));
        var run = handler.RunAsync(new FakeJobContext($$"""{"url":"{{server.Url("/")}}"}"""), cancel.Token);

        await server.Asked.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Nobody_listening_is_worth_a_retry()
    {
        int port;
        using (var unused = new TcpListener(IPAddress.Loopback, 0))
        {
            unused.Start();
            port = ((IPEndPoint)unused.LocalEndpoint).Port;
        }

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            RunAsync(Local(), new FakeJobContext($$"""{"url":"http://127.0.0.1:{{port}}/"}""")));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:169.254.169.254]/latest/meta-data")]
    public void A_literal_address_that_is_not_public_is_refused_before_the_run_is_stored(string url)
    {
        using var handler = new HttpHandler(Options.Create(new HttpHandlerOptions()));

        var problem = handler.Check(JsonText.From(new { url }));

        Assert.Equal("payload.url", problem!.Field);
        Assert.Contains("Silos:Handlers:Http:AllowedHosts", problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_refused_where_it_would_be_connected()
    {
        await using var server = new TestHttpServer(_ => TestHttpServer.Response("200 OK"));
        using var handler = new HttpHandler(
            Options.Create(new HttpHandlerOptions()), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.IPv6Loopback]));
        var payload = $$"""{"url":"http://innocent.example:{{server.Port}}/"}""";

        Assert.Null(handler.Check(JsonText.Parse(payload)));
        var error = await Assert.ThrowsAsync<NonRetryableException>(() =>
            handler.RunAsync(new FakeJobContext(payload), TestContext.Current.CancellationToken));

        Assert.Contains("Refused to connect to innocent.example: it is a loopback address", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_name_that_changes_its_address_after_it_was_looked_at_gains_nothing()
    {
        // The first answer is public, every later one is loopback: the attack called DNS rebinding.
        await using var server = new TestHttpServer(_ => TestHttpServer.Response("200 OK"));
        var asked = 0;
        using var handler = new HttpHandler(Options.Create(new HttpHandlerOptions()), async (_, _) =>
        {
            await Task.Yield();
            return Interlocked.Increment(ref asked) == 1 ? [IPAddress.Parse("192.0.2.1"), IPAddress.Loopback] : [IPAddress.Loopback];
        });
        var context = new FakeJobContext($$"""{"url":"http://rebind.example:{{server.Port}}/"}""");

        await Assert.ThrowsAsync<NonRetryableException>(() => handler.RunAsync(context, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<NonRetryableException>(() => handler.RunAsync(context, TestContext.Current.CancellationToken));

        Assert.Equal(2, asked);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Each_address_of_a_name_is_judged_by_itself()
    {
        // The first address is allowed, but nobody listens there; the server is at the second one, which is not.
        await using var server = new TestHttpServer(_ => TestHttpServer.Response("200 OK"));
        var options = new HttpHandlerOptions { AllowedNetworks = { "127.0.0.2/32" } };
        using var handler = new HttpHandler(
            Options.Create(options), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]));

        await Assert.ThrowsAsync<HttpRequestException>(() => handler.RunAsync(
            new FakeJobContext($$"""{"url":"http://mixed.example:{{server.Port}}/"}"""), TestContext.Current.CancellationToken));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_trusted_host_is_called_although_it_is_private()
    {
        await using var server = new TestHttpServer(_ => TestHttpServer.Response("200 OK"));
        var options = new HttpHandlerOptions { AllowedHosts = { $"intranet.example:{server.Port}" } };
        using var handler = new HttpHandler(Options.Create(options), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        await handler.RunAsync(
            new FakeJobContext($$"""{"url":"http://intranet.example:{{server.Port}}/"}"""), TestContext.Current.CancellationToken);

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("""{"url":"file:///etc/passwd"}""", "payload.url", "must be an absolute http or https address")]
    [InlineData("""{"url":"/relative"}""", "payload.url", "must be an absolute http or https address")]
    [InlineData("""{"url":"https://user:hunter2@example.com/"}""", "payload.url", "must not contain a user or password")]
    [InlineData("""{"url":"https://example.com/","method":"TRACE"}""", "payload.method", "must be GET, HEAD, POST")]
    [InlineData("""{"url":"https://example.com/","headers":{"Host":"evil"}}""", "payload.headers.Host", "belongs to the connection")]
    [InlineData("""{"url":"https://example.com/","headers":{"X-A":"b\r\nX-C: d"}}""", "payload.headers.X-A", "without line breaks")]
    [InlineData("""{"url":"https://example.com/","headers":{"X A":"b"}}""", "payload.headers", "must name headers with letters")]
    [InlineData("""{"url":"https://example.com/","expectedStatus":"2yy"}""", "payload.expectedStatus", "must be a status like 204")]
    [InlineData("""{"url":"https://example.com/","expectedStatus":[]}""", "payload.expectedStatus", "must name at least one status")]
    [InlineData("""{"url":"https://example.com/","expectedStatus":"300-200"}""", "payload.expectedStatus", "must be a status like 204")]
    public void A_bad_payload_is_refused(string payload, string field, string problem)
    {
        using var handler = new HttpHandler(Options.Create(new HttpHandlerOptions()));

        var found = handler.Check(JsonText.Parse(payload));

        Assert.Equal(field, found!.Field);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", found.ToString(), StringComparison.Ordinal);
    }

    private static HttpHandlerOptions Local() => new() { AllowPrivateNetworks = true };

    private static async Task RunAsync(HttpHandlerOptions options, FakeJobContext context)
    {
        using var handler = new HttpHandler(Options.Create(options));
        await handler.RunAsync(context, TestContext.Current.CancellationToken);
    }
}
