using System.CommandLine;
using Silos.Cli.Output;
using Silos.Cli.Server;
using Silos.Client;
using Silos.Runs;

namespace Silos.Cli;

/// <summary>One call of a command: what was given, the server that is asked, and where results go.</summary>
internal sealed class CliCall
{
    private readonly ParseResult _parsed;
    private readonly Lazy<ServerClient> _server;

    /// <summary>Makes a call.</summary>
    public CliCall(ParseResult parsed, CliParts cli)
    {
        _parsed = parsed;
        Host = cli.Host;
        Out = new ResultWriter(cli.Host, cli.Globals.FormatOf(parsed));
        _server = new Lazy<ServerClient>(() => ServerClient.Make(Connection.Find(parsed, cli.Globals, cli.Host), cli.Host.Clock));
        Profile = cli.Globals.Profile;
        Server = cli.Globals.Server;
    }

    /// <summary>Gets what is around the command.</summary>
    public CliHost Host { get; }

    /// <summary>Gets where results go.</summary>
    public ResultWriter Out { get; }

    /// <summary>Gets what asks the server.</summary>
    public SilosHttpClient Client => _server.Value.Client;

    /// <summary>Gets the option that names the profile.</summary>
    public Option<string?> Profile { get; }

    /// <summary>Gets the option that names the server.</summary>
    public Option<string?> Server { get; }

    /// <summary>Gets the value of an option; its default if it was not given.</summary>
    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    /// <summary>Gets the value of an argument; null only if it may be left out and was.</summary>
    public T Get<T>(Argument<T> argument) => _parsed.GetValue(argument)!;

    /// <summary>Tells whether an option was given.</summary>
    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    /// <summary>Reads the id of a run.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static RunId RunOf(string text) => RunId.TryParse(text, out var run)
        ? run
        : throw CliException.Usage($"'{FieldProblem.Shorten(text)}' is not the id of a run, a UUID; 'silos runs list' shows ids");
}
