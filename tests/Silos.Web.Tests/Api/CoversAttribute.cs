namespace Silos.Web.Tests.Api;

/// <summary>Says that a test asks an endpoint for what it is there for: method and route as mapped.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CoversAttribute(string endpoint) : Attribute
{
    public string Endpoint { get; } = endpoint;
}
