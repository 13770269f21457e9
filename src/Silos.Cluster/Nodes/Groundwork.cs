using Microsoft.Extensions.Hosting;
using Silos.Stores;

namespace Silos.Cluster.Nodes;

/// <summary>What has to be there before Orleans starts: its tables, and with them a database that can be used.</summary>
internal sealed class Groundwork(ISilosStore store) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (store is not IStoreMigration migration)
        {
            throw new StartupException($"Membership in PostgreSQL needs the store in PostgreSQL, too (silos.UsePostgres(…)), and not '{store.Kind}'.");
        }

        try
        {
            await migration.MigrateAsync(cancellationToken);
        }
        catch (StartupException exception)
        {
            // Whatever a store objects to, a supervisor may try again later.
            throw new StartupException(exception.Message, exception) { Cause = StartupCause.Store };
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
