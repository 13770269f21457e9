using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Keys;

/// <summary><c>silos keys revoke</c>.</summary>
internal sealed class KeysRevokeCommand : CliCommand
{
    private readonly Argument<string[]> _ids;

    public KeysRevokeCommand(CliParts cli)
        : base("revoke", "Revokes keys at once.", cli, "keys revoke 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01") => _ids = WordList("id", "The keys, as 'keys list' shows them.");

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        Each.DoAsync(call, call.Get(_ids), async id =>
        {
            await call.Client.RevokeKeyAsync(id, cancellationToken);
            return new Done("revoked", id);
        });
}
