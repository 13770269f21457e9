using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>Kinds of callers as words.</summary>
internal static class CallerWords
{
    public static string Of(CallerKind kind) => kind switch
    {
        CallerKind.Key => "key",
        CallerKind.Jwt => "jwt",
        CallerKind.Session => "session",
        CallerKind.Basic => "basic",
        _ => "local",
    };
}
