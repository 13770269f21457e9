using System.Text;

namespace Silos.Web.Tests.Support;

/// <summary>Asks an API and reads what it answers.</summary>
public class ApiCaller(HttpClient http)
{
    public HttpClient Http { get; } = http;

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Reply> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    public Task<Reply> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    public Task<Reply> SendAsync(
        HttpMethod method, string path, string? body, string type = "application/json", Action<HttpRequestMessage>? change = null) =>
        SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), type, change);

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, byte[]? body, string type, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        change?.Invoke(request);
        using var response = await Http.SendAsync(request, Cancelled);
        return await Reply.ReadAsync(response);
    }
}
