using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>The jobs that somebody wants something of right now. A job that nobody talks to has no actor and costs no memory.</summary>
internal sealed class JobActors(JobServicesOfActor services)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<JobKey, Entry> _actors = [];

    /// <summary>Gets what the actors share.</summary>
    public JobServicesOfActor Services { get; } = services;

    /// <summary>Uses a job's actor: the one that others are using at the moment, or a new one.</summary>
    public async Task<T> UseAsync<T>(JobKey key, Func<JobActor, Task<T>> use)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_actors.TryGetValue(key, out entry!))
            {
                _actors.Add(key, entry = new Entry(new JobActor(key, Services)));
            }

            entry.Users++;
        }

        try
        {
            return await use(entry.Actor);
        }
        finally
        {
            lock (_lock)
            {
                if (--entry.Users == 0)
                {
                    _actors.Remove(key);
                }
            }
        }
    }

    /// <inheritdoc cref="UseAsync{T}"/>
    public Task UseAsync(JobKey key, Func<JobActor, Task> use) => UseAsync(key, async actor =>
    {
        await use(actor);
        return true;
    });

    /// <summary>Gets how many jobs have an actor.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _actors.Count;
            }
        }
    }

    private sealed class Entry(JobActor actor)
    {
        public JobActor Actor { get; } = actor;

        public int Users { get; set; }
    }
}
