using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Silos.Client.Json;

/// <summary>Sends and reads JSON; whatever is not a success becomes a <see cref="SilosHttpException"/>.</summary>
internal sealed class HttpJson(HttpClient http)
{
    public async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody? body, JsonTypeInfo<TBody>? bodyType, JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, Content(body, bodyType), cancellationToken);
        return await response.Content.ReadFromJsonAsync(answerType, cancellationToken)
            ?? throw Unreadable(response.StatusCode);
    }

    /// <summary>Sends what the server does once, however often it is asked with the same key.</summary>
    public async Task<TAnswer> SendOnceAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, string idempotencyKey,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = Content(body, bodyType) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await CheckAsync(await AskAsync(request, cancellationToken), cancellationToken);
        return await response.Content.ReadFromJsonAsync(answerType, cancellationToken)
            ?? throw Unreadable(response.StatusCode);
    }

    public async Task SendAsync<TBody>(
        HttpMethod method, string path, TBody? body, JsonTypeInfo<TBody>? bodyType, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, Content(body, bodyType), cancellationToken);
    }

    public Task<TAnswer> GetAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        SendAsync<object, TAnswer>(HttpMethod.Get, path, null, null, answerType, cancellationToken);

    /// <summary>Sends and returns the answer if it is a success.</summary>
    public Task<HttpResponseMessage> SendCheckedAsync<TBody>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken) =>
        SendAsync(method, path, Content(body, bodyType), cancellationToken);

    /// <summary>Sends and returns the answer whatever its status is.</summary>
    public async Task<HttpResponseMessage> SendRawAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await AskAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken) =>
        await CheckAsync(await SendRawAsync(method, path, content, cancellationToken), cancellationToken);

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (SocketException exception)
        {
            // .NET 10 lets it through when a connection is gone in the moment it is made (HttpConnectionPool asks for its other end).
            throw new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
        }
    }

    private static async Task<HttpResponseMessage> CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ReadProblemAsync(response, cancellationToken);
        }
    }

    private static ByteArrayContent? Content<TBody>(TBody? body, JsonTypeInfo<TBody>? type)
    {
        if (body is null || type is null)
        {
            return null;
        }

        // Bytes and not a stream: the length is known, and a retrying handler can send them again.
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static async Task<SilosHttpException> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            try
            {
                if (await response.Content.ReadFromJsonAsync(ClientJson.Default.Problem, cancellationToken) is { } problem)
                {
                    return new SilosHttpException(problem, response.Headers.RetryAfter?.Delta);
                }
            }
            catch (JsonException)
            {
                // Something in between speaks for the server; its status is all there is to tell.
            }
        }

        return Unreadable(response.StatusCode);
    }

    private static SilosHttpException Unreadable(HttpStatusCode status) => new(new Problem
    {
        Title = "The answer is not one of Silos",
        Status = (int)status,
        Detail = $"The answer has status {(int)status} and is not JSON as Silos writes it; is the address right?",
        Code = "unreadable",
    });
}
