using Silos.Client.Json;

namespace Silos.Cli.Server;

/// <summary><c>silos whoami</c>: who the key is.</summary>
internal sealed class WhoamiCommand(CliParts cli) : CliCommand("whoami", "Tells who the key is and what it may do.", cli, "whoami", "whoami --profile prod")
{
    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var me = await call.Client.WhoAmIAsync(cancellationToken);
        call.Out.Show(me, ClientJson.Default.WhoAmIResponse, text => text.Facts(
            ("name", me.Name), ("kind", me.Kind), ("role", me.Role), ("tenant", me.Tenant), ("tenants", string.Join(", ", me.Tenants))));
        return CliExit.Ok;
    }
}
