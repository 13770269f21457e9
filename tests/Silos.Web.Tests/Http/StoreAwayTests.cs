using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Silos.Testing;
using Silos.Web.Http;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Http;

/// <summary>What is answered while the store is away or slow, by endpoints that ask it themselves.</summary>
public sealed class StoreAwayTests
{
    public static TheoryData<string, string, string?> Endpoints => new()
    {
        { "PUT", "/api/jobs/a", """{"handler":"noop"}""" },
        { "GET", "/api/jobs/a/occurrences", null },
        { "GET", "/api/audit", null },
        { "GET", "/api/keys", null },
        { "POST", "/api/keys", """{"name":"k","role":"viewer"}""" },
        { "GET", "/api/operations", null },
        { "POST", "/api/operations", """{"action":"cancel","filter":{"tag":"t"},"dryRun":true}""" },
        { "GET", "/api/alarms", null },
        { "GET", "/api/stats", null },
        { "GET", "/api/job_logs/statistics", null },
        { "POST", "/api/job_logs/list", null },
        { "POST", "/api/runs", """{"handler":"noop"}""" },
        { "GET", "/api/runs", null },
        { "GET", "/api/runs?tag=t", null },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task With_the_store_away_every_endpoint_says_when_to_come_back(string method, string path, string? body)
    {
        foreach (var cause in new Exception[] { new IOException("disk gone"), new SocketException(111), new TimeoutException("too slow") })
        {
            var faults = new Faults();
            await using var api = await TestApi.StartAsync(o => o.Rates.MaxWaiting = 1_000, new InMemoryStore(new InMemoryDatabase(), faults));
            await api.Client.SeedJobAsync("a");
            faults.Cause = cause;

            var reply = await api.SendAsync(new HttpMethod(method), path, body);

            Assert.True(reply.Status == HttpStatusCode.ServiceUnavailable, $"{method} {path}: {reply.Status} {reply.Text}");
            Assert.Equal(("unavailable", "1"), (reply.Code, reply.Response.Headers.RetryAfter?.ToString()));
        }
    }

    [Theory]
    [InlineData("/api/operations", """{"action":"cancel","filter":{"tag":"t"},"dryRun":true}""")]
    [InlineData("/api/operations", """{"action":"cancel","filter":{"tag":"t"}}""")]
    [InlineData("/api/job_logs/list", null)]
    public async Task A_count_that_takes_long_is_given_up_with_advice(string path, string? body)
    {
        var faults = new Faults { Slow = "reader.count" };
        await using var api = await TestApi.StartAsync(store: new InMemoryStore(new InMemoryDatabase(), faults));
        var asked = api.PostAsync(path, body);
        await faults.Reached.Task.WaitAsync(ApiCaller.Cancelled);
        Assert.False(asked.IsCompleted);

        api.Clock.Advance(TimeSpan.FromSeconds(5));

        var reply = await asked;
        reply.Is(HttpStatusCode.Conflict);
        Assert.Equal("search_too_slow", reply.Code);
        Assert.Contains("Name a job", reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_is_away_is_one_line_in_the_log_and_our_own_fault_is_told_whole()
    {
        var log = new Recorder();
        var problems = new Problems(log);
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();

        Assert.Equal(503, problems.Tell(context, new IOException("disk gone")).Status);
        Assert.Equal(503, problems.Tell(context, new UnavailableException("told already")).Status);
        Assert.Equal(500, problems.Tell(context, new InvalidOperationException("ours")).Status);

        Assert.Equal([(LogLevel.Warning, false), (LogLevel.Error, true)], log.Lines.Select(line => (line.Level, line.HasStack)));
        Assert.Contains("disk gone", log.Lines[0].Text, StringComparison.Ordinal);
    }

    private sealed class Faults : IStoreFaults
    {
        public Exception? Cause { get; set; }

        public string? Slow { get; init; }

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
        {
            if (site == Slow)
            {
                Reached.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return Cause is null ? FaultKind.None : throw Cause;
        }

        public ValueTask AfterAsync(string site, CancellationToken cancellationToken) => default;
    }

    private sealed class Recorder : ILogger<Problems>
    {
        public List<(LogLevel Level, bool HasStack, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, exception is not null, formatter(state, exception)));
    }
}
