using Microsoft.AspNetCore.Builder;
using Silos.Keys;

namespace Silos.Web.Access;

/// <summary>Who may use a route. A route that does not say is closed.</summary>
/// <param name="Role">The role that is needed; null for everybody, without a credential.</param>
internal sealed record RouteAccess(Role? Role);

/// <summary>What the audit log calls a write.</summary>
/// <param name="Action">The action, as <c>kind.verb</c>; null when another record of it is kept.</param>
/// <param name="TargetKind">What sort of thing it is done to.</param>
/// <param name="Otherwise">Without an action: where else it is recorded, or why there is nothing to record.</param>
internal sealed record RouteAudit(string? Action, string TargetKind, string? Otherwise = null);

/// <summary>Says who may use a route and how it is recorded.</summary>
internal static class RouteAccessExtensions
{
    /// <summary>Opens a route to a role and those above it.</summary>
    public static T Needs<T>(this T builder, Role role)
        where T : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new RouteAccess(role)));
        return builder;
    }

    /// <summary>Opens a route to everybody.</summary>
    public static T ForEverybody<T>(this T builder)
        where T : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new RouteAccess((Role?)null)));
        return builder;
    }

    /// <summary>Records in the audit log what is done by a route, when it was done.</summary>
    public static T Audited<T>(this T builder, string action, string targetKind)
        where T : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new RouteAudit(action, targetKind)));
        return builder;
    }

    /// <summary>Records nothing, and says why not.</summary>
    public static T NotAudited<T>(this T builder, string why)
        where T : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new RouteAudit(null, string.Empty, why)));
        return builder;
    }
}
