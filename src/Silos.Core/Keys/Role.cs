namespace Silos.Keys;

/// <summary>What somebody may do. Each role may do what those before it may.</summary>
public enum Role
{
    /// <summary>Reads everything of its tenants but keys and the audit log.</summary>
    Viewer = 1,

    /// <summary>Also enqueues, triggers, pauses, resumes, cancels, retries and backfills.</summary>
    Operator = 2,

    /// <summary>Also registers and deletes jobs, sets limits, manages keys and reads the audit log.</summary>
    Admin = 3,
}

/// <summary>Roles as words.</summary>
public static class Roles
{
    /// <summary>Writes a role: <c>viewer</c>, <c>operator</c>, <c>admin</c>.</summary>
    public static string ToText(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>Reads a role, whatever its case.</summary>
    public static bool TryParse(string? text, out Role role)
    {
        role = text?.Trim().ToUpperInvariant() switch
        {
            "VIEWER" => Role.Viewer,
            "OPERATOR" => Role.Operator,
            "ADMIN" => Role.Admin,
            _ => default,
        };
        return role != default;
    }
}
