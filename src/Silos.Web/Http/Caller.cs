using Microsoft.AspNetCore.Http;
using Silos.Keys;
using Silos.Web.Access;

namespace Silos.Web.Http;

/// <summary>Who makes a request, as the credential says.</summary>
/// <param name="Tenant">On whose behalf.</param>
/// <param name="Name">Who, for the record of pauses, cancellations and runs.</param>
internal sealed record Caller(TenantId Tenant, string Name)
{
    /// <summary>Gets what shows who it is.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>Gets what it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Gets the tenants that the credential is good for.</summary>
    public required TenantScope Scope { get; init; }

    /// <summary>Gets which credential it is, never a secret: what the audit log names.</summary>
    public required string Credential { get; init; }

    /// <summary>Gets what rates are counted by: of a session the credential that it was opened with, so that opening many is of no use.</summary>
    public required string CountedAs { get; init; }

    /// <summary>Gets whether the request itself named its tenant.</summary>
    public bool PickedTenant { get; init; }

    /// <summary>Whoever sits at this machine, where no credential is wanted.</summary>
    public static Caller Local { get; } = Everything("local", CallerKind.Local);

    /// <summary>Whoever has the key of the configuration.</summary>
    public static Caller ApiKey { get; } = Everything("api-key", CallerKind.Key);

    /// <summary>Gets the caller that the guard has let in.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("A request reached its endpoint without passing the guard.");

    /// <summary>Who a stored credential is.</summary>
    public static Caller Of(ApiKey key, CallerKind kind) => new(key.Scope.First, key.Name)
    {
        Kind = kind,
        Role = key.Role,
        Scope = key.Scope,
        Credential = key.Id,
        CountedAs = key switch
        {
            { Kind: KeyKind.Key } => key.Id,
            { Parent: null } => PersonOf(key.Name),
            _ when key.Parent.StartsWith(Sessions.ConfiguredParent, StringComparison.Ordinal) => ApiKey.CountedAs,
            _ => key.Parent,
        },
    };

    /// <summary>Gets what the rates of a person are counted by whom an issuer names: with a token and in sessions alike.</summary>
    public static string PersonOf(string name) => $"person:{name}";

    /// <summary>Insists on a credential for all tenants: what is about to be done touches every one of them.</summary>
    /// <exception cref="RefusedException">It is one for some tenants.</exception>
    public void MustHaveEveryTenant()
    {
        if (!Scope.IsAll)
        {
            throw new RefusedException(new Refusal(
                StatusCodes.Status403Forbidden,
                "forbidden",
                $"This touches every tenant; '{Name}' is good for {string.Join(", ", Scope.Tenants)} only."));
        }
    }

    private static Caller Everything(string name, CallerKind kind) => new(TenantId.Default, name)
    {
        Kind = kind,
        Role = Role.Admin,
        Scope = TenantScope.All,
        Credential = name,
        CountedAs = name,
    };
}

/// <summary>What shows who somebody is.</summary>
internal enum CallerKind
{
    /// <summary>Nothing: this machine is served without a credential.</summary>
    Local,

    /// <summary>An API key.</summary>
    Key,

    /// <summary>A token of an OIDC issuer.</summary>
    Jwt,

    /// <summary>The cookie of a browser that has logged in.</summary>
    Session,

    /// <summary>An API key as the password of HTTP Basic.</summary>
    Basic,
}
