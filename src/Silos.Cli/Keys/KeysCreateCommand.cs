using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Keys;
using Silos.Schedules;

namespace Silos.Cli.Keys;

/// <summary><c>silos keys create</c>.</summary>
internal sealed class KeysCreateCommand : CliCommand
{
    private readonly Argument<string> _name;
    private readonly Option<string> _role;
    private readonly Option<string?> _forTenant;
    private readonly Option<string?> _expires;

    public KeysCreateCommand(CliParts cli)
        : base("create", "Makes a key and shows it, once.", cli, "keys create deploy --role admin --expires 90d", "keys create grafana --role viewer --for-tenant shop")
    {
        _name = Word("name", "What people call it.");
        _role = Value<string>("--role", "What it may do: viewer, operator or admin.", "ROLE");
        _role.Required = true;
        _role.AcceptOnlyFromAmong("viewer", "operator", "admin");
        _forTenant = Value<string?>("--for-tenant", "The tenant it is good for. Default: that of this key.", "NAME");
        _expires = Value<string?>("--expires", "When it ends, or after how long. Default: never.", "INSTANT|DURATION");
    }

    /// <inheritdoc/>
    public override bool MayRepeat(ParseResult parsed) => false;

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var request = new CreateKeyRequest
        {
            Name = call.Get(_name),
            Role = call.Get(_role),
            Tenant = call.Get(_forTenant),
            ExpiresAt = ExpiresAt(call),
        };
        var key = await call.Client.CreateKeyAsync(request, cancellationToken);
        call.Out.Show(key, ClientJson.Default.NewKeyResponse, text =>
        {
            text.Facts(
                ("id", key.Id), ("name", key.Name), ("role", key.Role), ("tenant", key.Tenant), ("expires", Show.Instant(key.ExpiresAt)), ("key", key.Key));
            text.Line("keep the key now; it is not shown again");
        });
        return CliExit.Ok;
    }

    private DateTimeOffset? ExpiresAt(CliCall call) => call.Get(_expires) is not { } text ? null
        : DurationText.TryParse(text, out var after) ? (call.Host.Clock.GetUtcNow() + after).ToInstant()
        : Inputs.Instant(text, "--expires");
}
