using System.Text.RegularExpressions;

namespace Silos.Web.Tests.Support;

/// <summary>What a browser does by itself: keeps cookies, posts forms, follows nothing here.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    public Browser(Uri address)
        : this(new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address })
    {
    }

    public Browser(HttpClient http) => _http = http;

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    /// <summary>The last <c>Set-Cookie</c> headers, as sent.</summary>
    public IReadOnlyList<string> SetCookies { get; private set; } = [];

    public static string TokenOf(Reply page) => TokenOf(page.Text);

    public static string TokenOf(string html) => Hidden().Match(html).Groups[1].Value;

    public void Forget(string cookie) => _cookies.Remove(cookie);

    public Task<Reply> GetAsync(string path, string? accept = null) => SendAsync(
        HttpMethod.Get, path, null, accept is null ? null : r => r.Headers.TryAddWithoutValidation("Accept", accept));

    public Task<Reply> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(
        HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (_cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
        }

        change?.Invoke(request);
        using var response = await _http.SendAsync(request, ApiCaller.Cancelled);
        SetCookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var cookie in SetCookies)
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0)
            {
                _cookies.Remove(pair[0]);
            }
            else
            {
                _cookies[pair[0]] = pair[1];
            }
        }

        return await Reply.ReadAsync(response);
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__token\" value=\"([^\"]+)\"")]
    private static partial Regex Hidden();
}
