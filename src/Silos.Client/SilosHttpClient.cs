using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Silos.Client.Health;
using Silos.Client.Json;

namespace Silos.Client;

/// <summary>The HTTP API, typed.</summary>
/// <remarks>
/// <para>Make it over an <see cref="HttpClient"/> whose <see cref="HttpClient.BaseAddress"/> is the server's and whose
/// <c>Authorization</c> header carries the API key: <c>Bearer KEY</c>.</para>
/// <para>Every refusal is a <see cref="SilosHttpException"/>; a broken connection is an <see cref="HttpRequestException"/>, and then it
/// is unknown whether the call was done. Enqueues and triggers carry an id made before the first try, so that
/// repeating the same request object, or a handler that retries, never makes a second run.</para>
/// </remarks>
public sealed partial class SilosHttpClient
{
    private readonly HttpJson _http;
    private readonly TimeProvider _clock;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Sends the requests; stays the caller's to dispose.</param>
    /// <param name="clock">The clock that ids of runs are made from.</param>
    public SilosHttpClient(HttpClient http, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        _http = new HttpJson(http);
        _clock = clock;
    }

    /// <summary>Asks how the server is doing; an answer that it is not well is an answer, too.</summary>
    public async Task<HealthResponse> GetHealthAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.SendRawAsync(HttpMethod.Get, "api/health", null, cancellationToken);
        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable
            && response.Content.Headers.ContentType?.MediaType == "application/json"
            && await response.Content.ReadFromJsonAsync(ClientJson.Default.HealthResponse, cancellationToken) is { } health
            ? health
            : await _http.GetAsync("api/health", ClientJson.Default.HealthResponse, cancellationToken);
    }

    /// <summary>Tells whether the server answers and is well. Never throws but for cancellation.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await GetHealthAsync(cancellationToken)).Status == "ok";
        }
        catch (Exception exception) when (exception is SilosException or HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static string Escape(string name) => Uri.EscapeDataString(name);

    private static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder(path);
        var mark = '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                query.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                mark = '&';
            }
        }

        return query.ToString();
    }

    private static string? Text(DateTimeOffset? instant) => instant is { } value ? InstantText.Format(value) : null;

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
