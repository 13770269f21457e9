namespace Silos.Stores;

/// <summary>A store that several processes share and whose schema can be brought up to date without working on it.</summary>
public interface IStoreMigration
{
    /// <summary>Brings the schema up to date under a lock and lets go again. Nothing happens where nothing is missing.</summary>
    /// <returns>What each set of tables is at now, the store's own first.</returns>
    /// <exception cref="StartupException">The database cannot be reached or used, or its schema is newer than this version knows.</exception>
    ValueTask<IReadOnlyList<MigrationOutcome>> MigrateAsync(CancellationToken cancellationToken);
}

/// <summary>What became of one set of tables.</summary>
/// <param name="Set">The set: <c>silos</c> for the store's own.</param>
/// <param name="Version">The version it is at now.</param>
/// <param name="Applied">How many migrations were missing.</param>
public sealed record MigrationOutcome(string Set, int Version, int Applied);
