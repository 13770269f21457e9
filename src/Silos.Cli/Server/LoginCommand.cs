using System.CommandLine;
using Silos.Client;

namespace Silos.Cli.Server;

/// <summary><c>silos login</c>: remembers a server and a key.</summary>
internal sealed class LoginCommand : CliCommand
{
    private readonly Argument<string?> _server = new("server") { Description = $"The address. Default: {Connection.DefaultServer}.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _keyFromInput;
    private readonly Option<bool> _noKey;

    public LoginCommand(CliParts cli)
        : base(
            "login",
            "Remembers a server and a key, after having tried them, in a file that only you can read.",
            cli,
            "login https://silos.example.com",
            "login https://silos.example.com --profile prod --key-stdin < key.txt",
            "login --no-key")
    {
        Add(_server);
        _keyFromInput = Flag("--key-stdin", "Read the key from standard input instead of asking for it.");
        _noKey = Flag("--no-key", "There is no key: the server serves this machine only.");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var server = Connection.UriOf(call.Get(_server) ?? call.Get(call.Server) ?? call.Host.Variable("SILOS_SERVER") ?? Connection.DefaultServer);
        var address = server.ToString().TrimEnd('/');
        var key = await KeyAsync(call, address, cancellationToken);
        if (key is not null && server.Scheme == "http" && !server.IsLoopback)
        {
            call.Out.Note($"the key travels to {server.Host} unencrypted; https would be better");
        }

        var client = ServerClient.Make(new Connection(server, key, null), call.Host.Clock).Client;
        string who;
        try
        {
            var me = await client.WhoAmIAsync(cancellationToken);
            who = $"{me.Name}, {me.Role} of {me.Tenant}";
        }
        catch (SilosHttpException exception) when (exception.Status is 401 or 403)
        {
            throw new CliException(CliExit.Unauthorised, key is null
                ? $"{address} wants a key; run 'silos login {address}' without --no-key"
                : $"{address} does not accept this key; nothing was remembered");
        }

        var name = call.Get(call.Profile) ?? ProfileStore.DefaultName;
        var store = ProfileStore.Of(call.Host);
        store.Save(name, new Profile(address, key));
        call.Out.Line($"logged in to {address} as {who} (profile {name})");
        return CliExit.Ok;
    }

    private async Task<string?> KeyAsync(CliCall call, string address, CancellationToken cancellationToken)
    {
        if (call.Get(_noKey))
        {
            return null;
        }

        string? key;
        if (call.Get(_keyFromInput))
        {
            key = await call.Host.In.ReadLineAsync(cancellationToken);
        }
        else if (call.Host.Variable("SILOS_KEY") is { } variable)
        {
            key = variable;
        }
        else if (call.Host.InIsTerminal)
        {
            await call.Host.Error.WriteAsync($"Key for {address}: ");
            key = call.Host.ReadSecret();
            await call.Host.Error.WriteLineAsync();
        }
        else
        {
            throw CliException.Usage("nobody is there to type a key; give it with --key-stdin or SILOS_KEY, or say --no-key");
        }

        return key?.Trim() is { Length: > 0 } text ? text : throw CliException.Usage("the key is empty; say --no-key if there is none");
    }
}
