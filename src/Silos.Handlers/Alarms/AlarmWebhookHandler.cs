using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Handlers.Alarms;

/// <summary>Sends an alarm to the address of the configuration, signed as Standard Webhooks asks. Every attempt has the same <c>webhook-id</c>.</summary>
internal sealed class AlarmWebhookHandler(IOptions<AlarmWebhookOptions> options) : IDisposable
{
    public const string Key = "alarm_webhook";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

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

        var body = context.Payload.Text;
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
            throw new TimeoutException($"{url.Host} did not answer within {Patience}.");
        }
    }

    public void Dispose() => _client.Dispose();

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
}
