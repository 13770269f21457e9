using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Alarms;
using Silos.Stores;
using Silos.Workers;

namespace Silos.Handlers.Alarms;

/// <summary>Sends an alarm to the address of the configuration, signed as Standard Webhooks asks. Every attempt has the same <c>webhook-id</c>.</summary>
/// <remarks>The run is one of the alarm's tenant, whose people may not know the address: it stands in the log of the process alone.</remarks>
internal sealed partial class AlarmWebhookHandler(IOptions<AlarmWebhookOptions> options, ISilosStore store, ILogger<AlarmWebhookHandler> logger) : IDisposable
{
    public const string Key = "alarm_webhook";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ILogger _logger = logger;
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!Uri.TryCreate(options.Value.Url, UriKind.Absolute, out var url) || !StandardWebhook.TryReadSecret(options.Value.Secret, out var secret))
        {
            throw new NonRetryableException($"{AlarmWebhookOptions.Section}:Url and :Secret are not set in this process.");
        }

        var body = BodyOf(await AlarmNote.ReadAsync(store, context, cancellationToken));
        var id = $"msg_{context.RunId}";
        var now = context.Clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Silos", null));
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", StandardWebhook.Sign(secret, id, now, body));
        using var patience = new CancellationTokenSource(Patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            Judge(response);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The webhook did not answer within {Patience}.");
        }
        catch (HttpRequestException exception) when (exception.StatusCode is null)
        {
            LogUnreachable(exception, url.Host);
            throw new HttpRequestException($"The webhook cannot be reached ({exception.HttpRequestError}); the log of the process says more.");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string BodyOf(Alarm alarm) => JsonText.From(new
    {
        type = alarm.EndedAt is null ? "silos.alarm.started" : "silos.alarm.ended",
        timestamp = alarm.EndedAt ?? alarm.Since,
        data = new
        {
            tenant = alarm.Tenant.Value,
            kind = Alarm.TextOf(alarm.Kind),
            job = alarm.Job?.Value,
            queue = alarm.Queue?.Value,
            dueAt = alarm.DueAt,
            since = alarm.Since,
            endedAt = alarm.EndedAt,
            text = alarm.Text,
        },
    }).Text;

    private static void Judge(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var message = $"The webhook answered {(int)response.StatusCode}.";

        // The standard's word for "never again".
        throw response.StatusCode == HttpStatusCode.Gone
            ? new NonRetryableException(message)
            : new HttpRequestException(message, null, response.StatusCode);
    }

    [LoggerMessage(LogLevel.Warning, "The webhook for alarms at {Host} cannot be reached; it is tried again")]
    private partial void LogUnreachable(Exception exception, string host);
}
