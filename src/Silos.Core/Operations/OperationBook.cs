using System.Text.Json;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Operations;

/// <summary>The operations, as the store has them among its settings.</summary>
/// <remarks>
/// Those that ended are kept apart, so that what is looked at every few seconds is what is under way. An end is written first, then the operation is
/// moved; whoever finds one that ended and was not moved moves it.
/// </remarks>
/// <param name="store">The store.</param>
public sealed class OperationBook(ISilosStore store)
{
    private const string Kind = "operation";
    private const string EndedKind = "operation_ended";

    /// <summary>How many operations of a tenant may be under way at once.</summary>
    public const int MostUnderWay = 20;

    /// <summary>How many operations of a tenant that ended are kept, the latest.</summary>
    public const int MostEnded = 100;

    // Those that ended are told about for so long.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Tells whether an action is for runs in a state.</summary>
    public static bool Takes(OperationAction action, RunState state) => action switch
    {
        OperationAction.Retry => state is RunState.Failed or RunState.Dead or RunState.Cancelled,
        OperationAction.Replay => state.IsFinal(),
        _ => !state.IsFinal(),
    };

    /// <summary>Adds to a filter what the action can be done to.</summary>
    public static Filter Fitting(OperationAction action, Filter filter) => new FilterGroup(All: true,
    [
        filter,
        new FilterCondition("state", FilterOperator.In, [.. Enum.GetValues<RunState>().Where(state => Takes(action, state)).Select(state => (object)state)]),
    ]);

    /// <summary>Counts the runs that an operation would take.</summary>
    public ValueTask<long> CountAsync(TenantId tenant, OperationAction action, Filter filter, CancellationToken cancellationToken) =>
        store.Reader.CountAsync(tenant, Fitting(action, filter), cancellationToken);

    /// <summary>Stores a new operation; it begins within seconds.</summary>
    /// <exception cref="ConflictException">Too many of the tenant are under way.</exception>
    public async Task AddAsync(Operation operation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var before = await ListAsync(cancellationToken);
        if (before.Count(entry => entry.Operation.Tenant == operation.Tenant && entry.Operation.EndedAt is null) >= MostUnderWay)
        {
            throw new ConflictException($"{MostUnderWay} operations are under way; wait until one has ended.", "too_many_operations");
        }

        await TrySaveAsync(operation, 0, cancellationToken);
    }

    /// <summary>Lists the operations of a tenant, the latest first: those under way, and the latest of those that ended.</summary>
    public async Task<IReadOnlyList<Operation>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        // In this order: what is moved in between is found twice, never not at all.
        var underWay = await ReadAsync(Kind, cancellationToken);
        var ended = await ReadAsync(EndedKind, cancellationToken);
        return
        [
            .. underWay.Concat(ended).Select(entry => entry.Operation)
                .Where(operation => operation.Tenant == tenant)
                .DistinctBy(operation => operation.Id)
                .OrderByDescending(operation => operation.Id),
        ];
    }

    /// <summary>Finds an operation of a tenant.</summary>
    /// <exception cref="NotFoundException">The tenant has no such operation.</exception>
    public async Task<Operation> GetAsync(TenantId tenant, RunId id, CancellationToken cancellationToken)
    {
        var key = $"{tenant}/{id}";
        return Read(await store.Settings.FindAsync(Kind, key, cancellationToken))
            ?? Read(await store.Settings.FindAsync(EndedKind, key, cancellationToken))
            ?? throw new NotFoundException("operation", id.ToString());
    }

    /// <summary>Lists the operations under way, of all tenants, with the versions of their rows; also those that ended and were not moved yet.</summary>
    public Task<IReadOnlyList<(Operation Operation, long Version)>> ListAsync(CancellationToken cancellationToken) => ReadAsync(Kind, cancellationToken);

    /// <summary>Stores where an operation stands; false if another process was faster.</summary>
    public async Task<bool> TrySaveAsync(Operation operation, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (await store.Settings.TrySaveAsync(new Setting(Kind, KeyOf(operation), JsonText.From(operation), version), cancellationToken) is not { } saved)
        {
            return false;
        }

        if (operation.EndedAt is not null)
        {
            await MoveAsync(operation, saved.Version, cancellationToken);
        }

        return true;
    }

    /// <summary>Moves an operation that ended to where such are kept.</summary>
    public async Task MoveAsync(Operation operation, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);

        // One that is there already was moved by a process that came no further.
        await store.Settings.TrySaveAsync(new Setting(EndedKind, KeyOf(operation), JsonText.From(operation)), cancellationToken);
        await store.Settings.TryDeleteAsync(Kind, KeyOf(operation), version, cancellationToken);
    }

    /// <summary>Deletes the operations that ended more than 30 days ago, and of each tenant all that ended but the latest <see cref="MostEnded"/>.</summary>
    public async Task PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var ofTenant in (await ReadAsync(EndedKind, cancellationToken)).GroupBy(entry => entry.Operation.Tenant))
        {
            var latest = ofTenant.OrderByDescending(entry => entry.Operation.Id);
            foreach (var (_, (operation, version)) in latest.Index().Where(one => one.Index >= MostEnded || one.Item.Operation.EndedAt < now - Kept))
            {
                await store.Settings.TryDeleteAsync(EndedKind, KeyOf(operation), version, cancellationToken);
            }
        }
    }

    private static string KeyOf(Operation operation) => $"{operation.Tenant}/{operation.Id}";

    private async Task<IReadOnlyList<(Operation Operation, long Version)>> ReadAsync(string kind, CancellationToken cancellationToken) =>
    [
        .. (await store.Settings.ListAsync(kind, cancellationToken))
            .Select(setting => (Operation: Read(setting), setting.Version))
            .Where(entry => entry.Operation is not null)
            .Select(entry => (entry.Operation!, entry.Version)),
    ];

    private static Operation? Read(Setting? setting)
    {
        try
        {
            return setting is null || setting.Value.IsNull ? null : setting.Value.As<Operation>();
        }
        catch (JsonException)
        {
            // Kept by a newer version, which goes on with it and shows it; the others do not wait for that.
            return null;
        }
    }
}
