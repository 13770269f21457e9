using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Handlers.Http;

/// <summary>Sends one HTTP request and judges the answer.</summary>
/// <remarks>
/// Every attempt of a run sends the same <c>Idempotency-Key</c>, so that a server which honours it acts once. Redirects are not
/// followed (the target would escape the payload's check), cookies are not kept, proxies of the environment are not used.
/// </remarks>
internal sealed partial class HttpHandler : ReadyMadeHandler<HttpPayload>, IDisposable
{
    public const string Key = "http";

    private readonly HttpHandlerOptions _options;
    private readonly AddressRules _rules;
    private readonly HttpClient _client;

    public HttpHandler(IOptions<HttpHandlerOptions> options)
        : this(options, static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken))
    {
    }

    internal HttpHandler(IOptions<HttpHandlerOptions> options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _options = options.Value;
        _rules = new AddressRules(_options);
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 64,
            ActivityHeadersPropagator = null,
            ConnectCallback = new GuardedConnector(_rules, resolve).ConnectAsync,
        };
        _client = new HttpClient(sockets) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Silos", null));
    }

    public void Dispose() => _client.Dispose();

    protected override HttpPayload Read(PayloadObject payload) => HttpPayload.Read(payload, _rules);

    protected override async Task RunAsync(HttpPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        using var request = Request(payload, context);
        LogSending(context.Log, payload.Method.Method, payload.Place, payload.Headers.Count);
        await context.ReportProgressAsync(0, $"{payload.Method} {payload.Url.Host}");

        var limit = payload.Timeout ?? _options.Timeout;
        using var timeout = new CancellationTokenSource(limit, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpHandlerResult result;
        TimeSpan? retryAfter;
        try
        {
            var started = context.Clock.GetTimestamp();
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var (body, cut) = await HttpAnswer.BodyAsync(response, _options.MaxResponseBytes, either.Token);
            var took = (long)context.Clock.GetElapsedTime(started).TotalMilliseconds;
            result = new HttpHandlerResult((int)response.StatusCode, HttpAnswer.Headers(response), body, cut, took);
            retryAfter = RetryAfter(response, context.Clock);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{payload.Method} {payload.Place} was not answered within {limit}.");
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException refused)
        {
            throw new NonRetryableException(refused.Message, exception);
        }

        LogAnswered(context.Log, payload.Method.Method, payload.Place, result.Status, result.DurationMs);
        context.SetResult(result);
        Judge(payload, result, retryAfter);
        await context.ReportProgressAsync(100, $"Answered {result.Status}");
    }

    private static HttpRequestMessage Request(HttpPayload payload, JobContext context)
    {
        var request = new HttpRequestMessage(payload.Method, payload.Url);
        if (payload.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", payload.BodyType);
        }

        Set(request, "Idempotency-Key", context.IdempotencyKey);
        Set(request, "Silos-Run", context.RunId.ToString());
        Set(request, "Silos-Attempt", context.Attempt.ToString(CultureInfo.InvariantCulture));
        Set(request, "Silos-Fencing-Token", context.FencingToken.ToString(CultureInfo.InvariantCulture));
        if ((Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : context.Options.TraceParent) is { } trace)
        {
            Set(request, "traceparent", trace);
        }

        foreach (var (name, value) in payload.Headers)
        {
            Set(request, name, value);
        }

        return request;
    }

    /// <summary>Sets a header, the payload's instead of ours; content headers go where HttpClient wants them.</summary>
    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        if (!request.Headers.TryAddWithoutValidation(name, value))
        {
            request.Content ??= new ByteArrayContent([]);
            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static void Judge(HttpPayload payload, HttpHandlerResult result, TimeSpan? retryAfter)
    {
        if (payload.Expected.Contains(result.Status))
        {
            return;
        }

        var status = (HttpStatusCode)result.Status;
        var said = result.Body is { } body ? $": {ResultText.OneLine(body, 300)}" : ".";
        var message = $"{payload.Method} {payload.Place} answered {result.Status} ({status}), which is not expected{said}";
        switch (result.Status)
        {
            case 429 or 503 when retryAfter is { } delay:
                throw new RetryAfterException(delay, message);
            case 408 or 425 or 429 or >= 500:
                throw new HttpRequestException(message, null, status);
            case >= 300 and < 400:
                throw new NonRetryableException($"{message} Redirects are not followed; put the final address into 'url'.");
            default:
                throw new NonRetryableException(message);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        if (response.Headers.RetryAfter is not { } header)
        {
            return null;
        }

        var wait = header.Delta ?? (header.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is not { } delay ? null
            : delay < TimeSpan.Zero ? TimeSpan.Zero
            : delay > _options.MaxRetryAfter ? _options.MaxRetryAfter
            : delay;
    }
}
