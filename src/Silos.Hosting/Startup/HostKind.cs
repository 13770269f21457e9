namespace Silos.Hosting;

/// <summary>What kind of process a host is.</summary>
public enum HostKind
{
    /// <summary>Alone with its store, which is a SQLite file unless it is told otherwise.</summary>
    Standalone,

    /// <summary>One of several that share a PostgreSQL database.</summary>
    Silo,
}
