namespace Silos.Engine;

/// <summary>What a process does; any mix.</summary>
[Flags]
public enum SilosRoles
{
    /// <summary>Nothing: a client of the store.</summary>
    None = 0,

    /// <summary>Answers people and programs.</summary>
    Api = 1,

    /// <summary>Owns partitions and decides due instants.</summary>
    Scheduler = 2,

    /// <summary>Executes attempts.</summary>
    Worker = 4,

    /// <summary>Everything.</summary>
    All = Api | Scheduler | Worker,
}
