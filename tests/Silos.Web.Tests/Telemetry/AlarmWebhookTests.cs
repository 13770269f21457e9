using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Telemetry;

/// <summary>From a job that stays silent on the host as it is shipped to a signed webhook that was refused once.</summary>
public sealed class AlarmWebhookTests
{
    private const string SecretBytes = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task A_silent_job_is_told_by_a_signed_webhook_that_is_tried_again_and_shown_by_the_API()
    {
        var received = new TaskCompletionSource<(string Id, string Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var problems = new List<string>();
        var tries = 0;
        var ids = new HashSet<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.MapPost("/hook", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            var headers = context.Request.Headers;
            var id = headers["webhook-id"].ToString();
            ids.Add(id);
            var signed = HMACSHA256.HashData(
                Convert.FromBase64String(SecretBytes), Encoding.UTF8.GetBytes($"{id}.{headers["webhook-timestamp"]}.{body}"));
            if (headers["webhook-signature"] != $"v1,{Convert.ToBase64String(signed)}")
            {
                problems.Add("the signature is wrong");
            }

            if (Interlocked.Increment(ref tries) == 1)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            received.TrySetResult((id, body));
        });
        await receiver.StartAsync(TestContext.Current.CancellationToken);
        await using var host = await TelemetryHost.StartAsync(new Dictionary<string, string?>
        {
            ["Silos:Alarms:Interval"] = "1s",
            ["Silos:Alarms:Webhook:Url"] = $"{receiver.Urls.First()}/hook",
            ["Silos:Alarms:Webhook:Secret"] = $"whsec_{SecretBytes}",
        });
        (await OfAcmeAsync(host, HttpMethod.Put, "/api/jobs/silent", """{"handler":"fail","schedule":"@every 1s","expectSuccessWithin":"2s"}"""))
            .Is(HttpStatusCode.Created);
        var (_, text) = await received.Task.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
        Assert.Empty(problems);
        Assert.Single(ids);
        var told = JsonDocument.Parse(text).RootElement;
        Assert.Equal("silos.alarm.started", told.GetProperty("type").GetString());
        Assert.Equal(("silent", "silent"), (told.GetProperty("data").GetProperty("kind").GetString(), told.GetProperty("data").GetProperty("job").GetString()));
        Assert.Equal("acme", told.GetProperty("data").GetProperty("tenant").GetString());
        var shown = Assert.Single((await OfAcmeAsync(host, HttpMethod.Get, "/api/alarms")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Equal(told.GetProperty("data").GetProperty("text").GetString(), shown.GetProperty("text").GetString());
        Assert.Contains("silos_alarms_active{kind=\"silent\"} 1\n", (await host.Api.GetAsync("/metrics")).Text, StringComparison.Ordinal);

        // It was told by a run of the tenant whose alarm it is, and nobody else sees it.
        while (State() != "delivered")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            shown = (await OfAcmeAsync(host, HttpMethod.Get, "/api/alarms")).Is(HttpStatusCode.OK).GetProperty("items")[0];
        }

        var run = Assert.Single((await OfAcmeAsync(host, HttpMethod.Get, "/api/runs?queue=alarms")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Equal("alarm: silent silent", run.GetProperty("name").GetString());
        Assert.Empty((await host.Api.GetAsync("/api/runs?queue=alarms")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Empty((await host.Api.GetAsync("/api/alarms?state=all")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());

        string? State() => Assert.Single(shown.GetProperty("messages").EnumerateArray()).GetProperty("state").GetString();
    }

    [Theory]
    [InlineData("alarm_webhook")]
    [InlineData("alarm_email")]
    public async Task Nobody_may_ask_for_a_message_that_Silos_signs(string handler)
    {
        await using var host = await TelemetryHost.StartAsync();
        var forged = $$$$"""{"handler":"{{{{handler}}}}","payload":{"type":"silos.alarm.ended","data":{"tenant":"acme"}}}""";
        Refused(await host.Api.PostAsync("/api/runs", forged));
        Refused(await host.Api.PostAsync("/api/runs", $$"""{"handler":"{{handler}}"}"""));
        Refused(await host.Api.PostAsync("/api/runs/batch", $$"""{"runs":[{{forged}}]}"""));
        Refused(await host.Api.PutAsync("/api/jobs/forged", forged));
        Refused(await host.Api.PostAsync("/api/apply", $$$"""{"source":"forger","jobs":[{"name":"forged","handler":"{{{handler}}}"}]}"""));

        static void Refused(Reply reply)
        {
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
            Assert.Contains("reserved for the messages of Silos", reply.Text, StringComparison.Ordinal);
        }
    }

    private static Task<Reply> OfAcmeAsync(TelemetryHost host, HttpMethod method, string path, string? json = null) =>
        host.Api.SendAsync(method, path, json, change: request => request.Headers.TryAddWithoutValidation("X-Team-ID", "acme"));
}
