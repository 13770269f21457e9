using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Keys;

namespace Silos.Cli.Keys;

/// <summary><c>silos keys list</c>.</summary>
internal sealed class KeysListCommand(CliParts cli) : CliCommand("list", "Lists keys, without their secrets.", cli, "keys list")
{
    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ListKeysAsync(cancellationToken);
        var now = call.Host.Clock.GetUtcNow();
        call.Out.Show(answer, ClientJson.Default.KeyListResponse, text => text.Table(
            "no keys; 'silos keys create' makes one",
            [
                "ID", "NAME", "ROLE", Column.IfRoom("TENANT", 1), Column.IfRoom("PREFIX", 4), "STATE", Column.IfRoom("LAST USED", 3),
                Column.IfRoom("EXPIRES", 2), Column.Short("CREATED", 5, 20),
            ],
            answer.Items.Select(key => (IReadOnlyList<Cell>)
            [
                key.Id,
                key.Name,
                key.Role,
                key.Tenant,
                key.Prefix,
                State(key, now),
                Show.Instant(key.LastUsedAt),
                Show.Instant(key.ExpiresAt),
                $"{Show.Instant(key.CreatedAt)} by {key.CreatedBy}",
            ])));
        return CliExit.Ok;
    }

    private static Cell State(KeyResponse key, DateTimeOffset now) => key switch
    {
        { RevokedAt: not null } => new Cell("revoked", Meaning.Bad),
        _ when key.ExpiresAt <= now => new Cell("expired", Meaning.Held),
        _ => new Cell("good", Meaning.Good),
    };
}
