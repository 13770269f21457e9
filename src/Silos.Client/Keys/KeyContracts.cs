namespace Silos.Client.Keys;

/// <summary>Who the credential of a request is: <c>GET /api/whoami</c>.</summary>
/// <param name="Name">What people call it; stands in pauses, runs and the audit log.</param>
/// <param name="Kind"><c>key</c>, <c>jwt</c>, <c>session</c>, <c>basic</c>, or <c>local</c> (no credential, from this machine).</param>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
/// <param name="Tenant">The tenant of this request.</param>
/// <param name="Tenants">The tenants that <c>X-Team-ID</c> may pick from; <c>*</c> for every one.</param>
public sealed record WhoAmIResponse(string Name, string Kind, string Role, string Tenant, IReadOnlyList<string> Tenants);

/// <summary>An API key, without its secret.</summary>
public record KeyResponse
{
    /// <summary>Gets the id, by which it is revoked.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the tenant it is good for; <c>*</c> for every one.</summary>
    public required string Tenant { get; init; }

    /// <summary>Gets <c>viewer</c>, <c>operator</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Gets what the secret begins with.</summary>
    public required string Prefix { get; init; }

    /// <summary>Gets when it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Gets from when on it is no good any more; absent for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets when it was last used, give or take a minute; absent for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Gets when it was revoked; absent while it is good.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>A new key: the answer of <c>POST /api/keys</c>, and the only time that the secret is shown.</summary>
public sealed record NewKeyResponse : KeyResponse
{
    /// <summary>Gets the secret.</summary>
    public required string Key { get; init; }
}

/// <summary>Keys, those that are good first, and of each the latest first: <c>GET /api/keys</c>.</summary>
/// <param name="Items">The keys.</param>
/// <param name="Next">What to pass as <c>cursor</c> for the next page, or null if this is the last.</param>
public sealed record KeyListResponse(IReadOnlyList<KeyResponse> Items, string? Next = null);

/// <summary>Asks for a key: <c>POST /api/keys</c>.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>Gets what people call it. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Gets <c>viewer</c>, <c>operator</c> or <c>admin</c>. Required.</summary>
    public string? Role { get; init; }

    /// <summary>Gets the tenant; <c>*</c>, for every one, only from a credential that is itself good for every one. Default: that of the request.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets when it ends. Default: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
