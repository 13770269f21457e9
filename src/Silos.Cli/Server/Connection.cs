using System.CommandLine;

namespace Silos.Cli.Server;

/// <summary>Which server to ask, and as whom.</summary>
/// <param name="Server">The server; its address ends with a slash.</param>
/// <param name="Key">The key; null for none.</param>
/// <param name="Tenant">The tenant to act for; null for the key's own.</param>
internal sealed record Connection(Uri Server, string? Key, string? Tenant)
{
    /// <summary>The server when nobody says otherwise: the one of <c>silos up</c>.</summary>
    public const string DefaultServer = "http://127.0.0.1:8080";

    /// <summary>Finds it: options, then variables, then the profile.</summary>
    /// <remarks>The key of a profile goes to the server of that profile and to no other.</remarks>
    /// <exception cref="CliException">What was given makes no sense.</exception>
    public static Connection Find(ParseResult parsed, GlobalOptions globals, CliHost host)
    {
        var named = parsed.GetValue(globals.Profile) ?? host.Variable("SILOS_PROFILE");
        var given = parsed.GetValue(globals.Server) ?? host.Variable("SILOS_SERVER");
        var profile = given is not null && named is null ? TryFind(host) : ProfileStore.Of(host).Find(named);
        var server = UriOf(given ?? profile?.Server ?? DefaultServer);
        var key = host.Variable("SILOS_KEY") ?? (profile is not null && UriOf(profile.Server) == server ? profile.Key : null);
        return new Connection(server, key, parsed.GetValue(globals.Tenant) ?? host.Variable("SILOS_TENANT"));
    }

    /// <summary>Reads the address of a server.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static Uri UriOf(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.Query.Length == 0 && uri.UserInfo.Length == 0
            ? new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + '/')
            : throw CliException.Usage($"'{FieldProblem.Shorten(text)}' is not the address of a server; write it like {DefaultServer}");

    // With a server at hand, a broken file of profiles is no reason to give up.
    private static Profile? TryFind(CliHost host)
    {
        try
        {
            return ProfileStore.Of(host).Find(null);
        }
        catch (CliException)
        {
            return null;
        }
    }
}
