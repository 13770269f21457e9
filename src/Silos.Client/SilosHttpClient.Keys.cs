using System.Globalization;
using Silos.Client.Audit;
using Silos.Client.Json;
using Silos.Client.Keys;

namespace Silos.Client;

/// <content>Keys, and who did what.</content>
public sealed partial class SilosHttpClient
{
    /// <summary>Tells who the credential of this client is.</summary>
    public Task<WhoAmIResponse> WhoAmIAsync(CancellationToken cancellationToken) =>
        _http.GetAsync("api/whoami", ClientJson.Default.WhoAmIResponse, cancellationToken);

    /// <summary>Lists all keys, those that are good first, and of each the latest first, without their secrets.</summary>
    public async Task<KeyListResponse> ListKeysAsync(CancellationToken cancellationToken)
    {
        var page = await _http.GetAsync("api/keys", ClientJson.Default.KeyListResponse, cancellationToken);
        var all = new List<KeyResponse>(page.Items);
        while (page.Next is { } next)
        {
            page = await _http.GetAsync($"api/keys?cursor={Escape(next)}", ClientJson.Default.KeyListResponse, cancellationToken);
            all.AddRange(page.Items);
        }

        return new KeyListResponse(all);
    }

    /// <summary>Makes a key. Its secret is in the answer and nowhere else.</summary>
    public Task<NewKeyResponse> CreateKeyAsync(CreateKeyRequest request, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Post, "api/keys", request, ClientJson.Default.CreateKeyRequest, ClientJson.Default.NewKeyResponse, cancellationToken);

    /// <summary>Revokes a key at once. Doing it again does nothing.</summary>
    public Task RevokeKeyAsync(string id, CancellationToken cancellationToken) =>
        _http.SendAsync<object>(HttpMethod.Delete, $"api/keys/{Escape(id)}", null, null, cancellationToken);

    /// <summary>Lists the audit log, latest first.</summary>
    public Task<AuditListResponse> ListAuditAsync(AuditListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = Query(
            "api/audit",
            ("job", request.Job),
            ("run", request.Run),
            ("queue", request.Queue),
            ("actor", request.Actor),
            ("action", request.Action),
            ("since", Text(request.Since)),
            ("until", Text(request.Until)),
            ("cursor", request.Cursor),
            ("limit", request.Limit?.ToString(CultureInfo.InvariantCulture)));
        return _http.GetAsync(path, ClientJson.Default.AuditListResponse, cancellationToken);
    }
}
