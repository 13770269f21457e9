using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Silos.Audit;
using Silos.Engine;
using Silos.Keys;
using Silos.Stores;

namespace Silos.Hosting;

/// <summary><c>keys create</c>: the first key, made by whoever has the store. It works while another process works on it.</summary>
internal static class KeyCommand
{
    private const string Author = "console";

    /// <summary>Makes a key; the secret goes to standard output, and nothing else does.</summary>
    public static async Task RunAsync(WebApplication app, KeyArguments arguments, CancellationToken cancellationToken)
    {
        var store = app.Services.GetRequiredService<ISilosStore>();
        try
        {
            await OpenAsync(store, cancellationToken);
        }
        catch (StartupException exception)
        {
            throw new StartupException(exception.Message, exception) { Cause = StartupCause.Store };
        }

        var now = app.Services.GetRequiredKeyedService<TimeProvider>(SilosClock.Key).Now();
        var token = KeyToken.New();
        var key = new ApiKey
        {
            Id = token.Id,
            Name = arguments.Name,
            Scope = arguments.Scope,
            Role = arguments.Role,
            Hash = token.Hash,
            CreatedAt = now,
            CreatedBy = Author,
            ExpiresAt = now + arguments.ExpiresIn,
        };
        await store.Keys.TryAddAsync(key, cancellationToken);
        await store.Audit.AppendAsync(
            new AuditEntry
            {
                At = now,
                Tenant = key.Scope.First,
                Actor = Author,
                Action = "key.create",
                TargetKind = "key",
                TargetName = key.Name,
                Detail = JsonText.From(new { id = key.Id, role = key.Role.ToText(), tenant = key.Scope.Text }),
            },
            cancellationToken);
        var where = key.Scope.IsAll ? "every tenant" : $"the tenant {key.Scope}";
        await Console.Error.WriteLineAsync($"The key '{key.Name}' is {key.Role.ToText()} of {where}, id {key.Id}. This is the only time it is shown:");
        await Console.Out.WriteLineAsync(token.Text);
    }

    // Never exclusively: the process that works on the store goes on.
    private static async Task OpenAsync(ISilosStore store, CancellationToken cancellationToken)
    {
        if (store is IStoreMigration migration)
        {
            await migration.MigrateAsync(cancellationToken);
        }
        else
        {
            await store.OpenAsync(exclusive: false, cancellationToken);
        }
    }
}
