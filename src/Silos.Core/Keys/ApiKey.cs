namespace Silos.Keys;

/// <summary>A credential that the store knows. What its owner keeps, a <see cref="KeyToken"/>, is not in it.</summary>
public sealed record ApiKey
{
    /// <summary>Gets the id: the public part of the token.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what it is.</summary>
    public KeyKind Kind { get; init; }

    /// <summary>Gets what people call it: who did something, in pauses, runs and the audit log.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the tenants it is good for.</summary>
    public required TenantScope Scope { get; init; }

    /// <summary>Gets what it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Gets <see cref="KeyToken.Hash"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>Gets when it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Gets from when on it is no good any more; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets when it was last used, give or take a minute; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Gets when it was revoked; null for not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Gets who revoked it.</summary>
    public string? RevokedBy { get; init; }

    /// <summary>Gets, for a session, the key it was opened with: the session ends with it. Null for a session opened another way.</summary>
    public string? Parent { get; init; }

    /// <summary>Tells whether it opens anything.</summary>
    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);
}

/// <summary>What a stored credential is.</summary>
public enum KeyKind
{
    /// <summary>A key, for the header <c>Authorization</c>.</summary>
    Key,

    /// <summary>A session of a browser, for its cookie: it is deleted when it is over.</summary>
    Session,
}
