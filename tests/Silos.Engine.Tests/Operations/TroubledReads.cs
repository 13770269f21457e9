using System.Reflection;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Engine.Tests.Operations;

/// <summary>Lets a test say what becomes of the listings of a tenant's runs, and whether the store is away.</summary>
internal sealed class TroubledReads : IStoreFaults
{
    /// <summary>Gets or sets what is awaited before the runs of a tenant are listed.</summary>
    public Func<TenantId, CancellationToken, Task>? Fails { get; set; }

    /// <summary>Gets or sets what is awaited before a piece of the history is taken.</summary>
    public Func<Task>? Back { get; set; }

    /// <summary>Gets or sets whether nothing answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>Gets whose runs were listed, in order.</summary>
    public List<TenantId> Lists { get; } = [];

    /// <summary>Makes the store that the engine is given.</summary>
    public ISilosStore Around(ISilosStore store)
    {
        var reader = DispatchProxy.Create<IRunReader, StoreProxy<IRunReader>>();
        ((StoreProxy<IRunReader>)(object)reader).Set(store.Reader, (method, arguments) => method switch
        {
            nameof(IRunReader.ListAsync) => new ValueTask<IReadOnlyList<Run>>(ListAsync(store.Reader, (RunQuery)arguments[0]!, (CancellationToken)arguments[1]!)),
            nameof(IRunReader.FindBackAsync) => new ValueTask<RunId?>(FindBackAsync(
                store.Reader, (TenantId)arguments[0]!, (Filter?)arguments[1], (RunId?)arguments[2], (int)arguments[3]!, (CancellationToken)arguments[4]!)),
            _ => null,
        });
        var around = DispatchProxy.Create<ISilosStore, StoreProxy<ISilosStore>>();
        ((StoreProxy<ISilosStore>)(object)around).Set(store, (method, _) => method == $"get_{nameof(ISilosStore.Reader)}" ? reader : null);
        return around;
    }

    public ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken) =>
        IsAway ? throw new IOException("The network is unreachable.") : ValueTask.FromResult(FaultKind.None);

    public ValueTask AfterAsync(string site, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private async Task<RunId?> FindBackAsync(
        IRunReader reader, TenantId tenant, Filter? within, RunId? before, int runs, CancellationToken cancellationToken)
    {
        if (Back is { } back)
        {
            await back();
        }

        return await reader.FindBackAsync(tenant, within, before, runs, cancellationToken);
    }

    private async Task<IReadOnlyList<Run>> ListAsync(IRunReader reader, RunQuery query, CancellationToken cancellationToken)
    {
        Lists.Add(query.Tenant);
        if (Fails is { } fails)
        {
            await fails(query.Tenant, cancellationToken);
        }

        return await reader.ListAsync(query, cancellationToken);
    }
}
