using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Silos.Web.Access;

/// <summary>
/// What an OIDC issuer says about itself: its name, its addresses, its keys. Read when it is first needed, again every half day, and at once when a token
/// names a key that is not known, but not more often than every ten seconds, so that nobody who makes tokens up keeps us asking.
/// </summary>
internal sealed partial class Issuer(string authority, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Rereads = TimeSpan.FromHours(12);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _address = $"{authority.TrimEnd('/')}/.well-known/openid-configuration";
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly HttpClient _http = new() { Timeout = Patience };
    private volatile Known? _known;
    private long? _triedAt;

    /// <summary>Gets what it says.</summary>
    /// <param name="newer">What was not enough: ask again; null if anything will do.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="UnavailableException">It does not answer, and never did; after a failure nobody waits for it for ten seconds.</exception>
    public async Task<OpenIdConnectConfiguration> ReadAsync(OpenIdConnectConfiguration? newer, CancellationToken cancellationToken)
    {
        if (IsEnough(newer) is { } enough)
        {
            return enough;
        }

        await _reading.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have asked meanwhile.
            if (IsEnough(newer) is { } meanwhile)
            {
                return meanwhile;
            }

            if (_known is null && AskedJustNow)
            {
                throw new UnavailableException("The issuer of tokens does not answer.");
            }

            _triedAt = clock.GetTimestamp();
            var read = await OpenIdConnectConfigurationRetriever.GetAsync(
                _address, new HttpDocumentRetriever(_http) { RequireHttps = !new Uri(_address).IsLoopback }, cancellationToken);
            _known = new Known(read, clock.GetTimestamp());
            return read;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or HttpRequestException or ArgumentException or TaskCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            LogAway(exception, authority);
            return _known?.Configuration ?? throw new UnavailableException("The issuer of tokens does not answer.", exception);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _reading.Dispose();
    }

    private bool AskedJustNow => _triedAt is { } tried && clock.GetElapsedTime(tried) < Pause;

    private OpenIdConnectConfiguration? IsEnough(OpenIdConnectConfiguration? newer)
    {
        if (_known is not { } known)
        {
            return null;
        }

        var isFresh = clock.GetElapsedTime(known.ReadAt) < Rereads && !ReferenceEquals(known.Configuration, newer);
        return isFresh || AskedJustNow ? known.Configuration : null;
    }

    [LoggerMessage(LogLevel.Warning, "The issuer {Authority} does not answer; its tokens cannot be checked, or only by the keys it had")]
    private partial void LogAway(Exception exception, string authority);

    private sealed record Known(OpenIdConnectConfiguration Configuration, long ReadAt);
}
