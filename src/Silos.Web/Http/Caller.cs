using Microsoft.AspNetCore.Http;

namespace Silos.Web.Http;

/// <summary>Who makes a request, as the credential says.</summary>
/// <param name="Tenant">On whose behalf.</param>
/// <param name="Name">Who, for the record of pauses, cancellations and runs.</param>
internal sealed record Caller(TenantId Tenant, string Name)
{
    public static Caller Local { get; } = new(TenantId.Default, "local");

    public static Caller ApiKey { get; } = new(TenantId.Default, "api-key");

    /// <summary>Gets the caller that the guard has let in.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("A request reached its endpoint without passing the guard.");
}
