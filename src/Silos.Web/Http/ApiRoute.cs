using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Silos.Keys;
using Silos.Web.Access;

namespace Silos.Web.Http;

/// <summary>Describes an endpoint for the OpenAPI document.</summary>
internal sealed class ApiRoute(IEndpointConventionBuilder builder)
{
    /// <summary>Opens it to a role and those above it. A route that does not say is closed.</summary>
    public ApiRoute Needs(Role role)
    {
        builder.Needs(role);
        return this;
    }

    /// <summary>Records in the audit log what is done by it. The target is the name or id in the address unless the endpoint notes another.</summary>
    public ApiRoute Audited(string action, string targetKind)
    {
        builder.Audited(action, targetKind);
        return this;
    }

    /// <summary>Records nothing, and says why not.</summary>
    public ApiRoute NotAudited(string why)
    {
        builder.NotAudited(why);
        return this;
    }

    /// <summary>Names a parameter of the query.</summary>
    public ApiRoute Query(string name, string description)
    {
        builder.WithMetadata(new QueryParameter(name, description));
        return this;
    }

    /// <summary>Names the shape of the body.</summary>
    public ApiRoute Takes<T>(bool optional = false)
    {
        builder.WithMetadata(new BodyShape(typeof(T), optional));
        return this;
    }

    /// <summary>Names the shape of an answer.</summary>
    public ApiRoute Gives<T>(int status = StatusCodes.Status200OK)
    {
        builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), ["application/json"]));
        return this;
    }

    /// <summary>Says that there is nothing to tell.</summary>
    public ApiRoute GivesNothing()
    {
        builder.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));
        return this;
    }
}

/// <summary>A parameter of a query, for the OpenAPI document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
internal sealed record QueryParameter(string Name, string Description);

/// <summary>The shape of a body, for the OpenAPI document.</summary>
/// <remarks>Not <c>AcceptsMetadata</c>: that one routes, and would send a request without content type elsewhere.</remarks>
/// <param name="Type">The shape.</param>
/// <param name="Optional">Whether it may be left out.</param>
internal sealed record BodyShape(Type Type, bool Optional);
