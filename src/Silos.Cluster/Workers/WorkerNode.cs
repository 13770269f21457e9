using Silos.Workers;

namespace Silos.Cluster.Workers;

/// <summary>Another silo as its worker was heard last, less what was lent to it since. Guarded by the directory.</summary>
internal sealed class WorkerNode(SiloAddress address, WorkerFacts facts)
{
    // How many more attempts of the handlers with a limit may begin there.
    private readonly Dictionary<string, int> _room = facts.Handlers
        .Where(handler => handler.MaxConcurrency > 0)
        .ToDictionary(handler => handler.Key, handler => handler.Free, StringComparer.Ordinal);

    public SiloAddress Address { get; } = address;

    public WorkerFacts Facts { get; } = facts;

    public int Free { get; set; } = facts.Free;

    /// <summary>Gets the handlers that execute there as often as they may.</summary>
    public List<string> Full => [.. _room.Where(room => room.Value <= 0).Select(room => room.Key)];

    public bool HasRoomFor(string handler) => !_room.TryGetValue(handler, out var room) || room > 0;

    public void Take(string handler) => Add(handler, -1);

    public void Fill(string handler) => Add(handler, -_room.GetValueOrDefault(handler));

    /// <summary>Gives room back. True if there was none.</summary>
    public bool Return(string handler)
    {
        Add(handler, 1);
        return _room.GetValueOrDefault(handler) == 1;
    }

    private void Add(string handler, int more)
    {
        if (_room.TryGetValue(handler, out var room))
        {
            _room[handler] = Math.Max(0, room + more);
        }
    }

    public Dictionary<string, HandlerRegistration> Handlers { get; } = facts.Handlers.ToDictionary(
        handler => handler.Key,
        handler => new HandlerRegistration
        {
            Key = handler.Key,
            Description = handler.Description,
            Retry = handler.Retry,
            Timeout = handler.Timeout,
            MaxConcurrency = handler.MaxConcurrency,
            Reserved = handler.Reserved,
            Invoke = static (context, _) => throw new InvalidOperationException($"Handler '{context.Handler}' is on another silo."),
        },
        StringComparer.Ordinal);
}
