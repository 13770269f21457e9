using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Silos.Web.Http;

/// <summary>The name in an address.</summary>
internal static class RouteName
{
    /// <summary>Gets it as it was meant: servers leave an encoded slash as it is, and it must not become part of a name.</summary>
    public static string Of(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        var sent = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        var path = sent.AsSpan(0, sent.IndexOf('?', StringComparison.Ordinal) is >= 0 and var end ? end : sent.Length);
        return path.Contains("%2F", StringComparison.OrdinalIgnoreCase)
            ? name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            : name;
    }
}
