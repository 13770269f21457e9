namespace Silos.Web.Login;

/// <summary>Where to go after a login. What comes from an address is believed only if it stays on this host.</summary>
internal static class LocalPath
{
    private const string Home = "/";

    /// <summary>Gets the path, or the first page if it leads elsewhere.</summary>
    public static string Of(string? next) =>
        next is { Length: > 0 and < 2_000 } && next[0] == '/' && !(next.Length > 1 && next[1] is '/' or '\\') && !next.Any(char.IsControl)
            ? next
            : Home;
}
