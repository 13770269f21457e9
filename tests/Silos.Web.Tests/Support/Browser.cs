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

    public static string TokenOf(Reply page) => Hidden().Match(page.Text).Groups[1].Value;

    public static string FieldOf(Reply page, string name) =>
        Regex.Match(page.Text, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value;

    /// <summary>Takes over the cookies of another, as the same browser has them that is led to another silo.</summary>
    public void Take(Browser other)
    {
        foreach (var (name, value) in other._cookies)
        {
            _cookies[name] = value;
        }
    }

    public void Forget(string cookie) => _cookies.Remove(cookie);

    public Task<Reply> GetAsync(string path, string? accept = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, r =>
    {
        foreach (var (name, value) in accept is null ? headers : [("Accept", accept), .. headers])
        {
            r.Headers.TryAddWithoutValidation(name, value);
        }
    });

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
