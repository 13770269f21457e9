using Silos.Runs;
using Silos.Stores;

namespace Silos.Operations;

/// <summary>The operations, as the store has them among its settings.</summary>
/// <param name="store">The store.</param>
public sealed class OperationBook(ISilosStore store)
{
    private const string Kind = "operation";

    /// <summary>How many operations of a tenant may be under way at once.</summary>
    public const int MostUnderWay = 20;

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

        foreach (var (old, version) in before.Where(entry => entry.Operation.EndedAt < operation.StartedAt - Kept))
        {
            await store.Settings.TrySaveAsync(new Setting(Kind, KeyOf(old), default, version), cancellationToken);
        }

        await TrySaveAsync(operation, 0, cancellationToken);
    }

    /// <summary>Lists the operations of a tenant, the latest first.</summary>
    public async Task<IReadOnlyList<Operation>> ListAsync(TenantId tenant, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Select(entry => entry.Operation).Where(operation => operation.Tenant == tenant).OrderByDescending(operation => operation.Id)];

    /// <summary>Finds an operation of a tenant.</summary>
    /// <exception cref="NotFoundException">The tenant has no such operation.</exception>
    public async Task<Operation> GetAsync(TenantId tenant, RunId id, CancellationToken cancellationToken) =>
        await store.Settings.FindAsync(Kind, $"{tenant}/{id}", cancellationToken) is { Value: { IsNull: false } value }
            ? value.As<Operation>()!
            : throw new NotFoundException("operation", id.ToString());

    /// <summary>Lists all operations with the versions of their rows.</summary>
    public async Task<IReadOnlyList<(Operation Operation, long Version)>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.Settings.ListAsync(Kind, cancellationToken)).Where(setting => !setting.Value.IsNull).Select(setting => (setting.Value.As<Operation>()!, setting.Version))];

    /// <summary>Stores where an operation stands; false if another process was faster.</summary>
    public async Task<bool> TrySaveAsync(Operation operation, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return await store.Settings.TrySaveAsync(new Setting(Kind, KeyOf(operation), JsonText.From(operation), version), cancellationToken) is not null;
    }

    private static string KeyOf(Operation operation) => $"{operation.Tenant}/{operation.Id}";
}
