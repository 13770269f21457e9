using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Engine;
using Silos.Engine.Queues;
using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Cluster.Workers;

/// <summary>The workers of the other silos: what handlers they have, how many slots are free there, and how to reach them.</summary>
/// <remarks>The free slots are what was heard last, less what was lent since: a worker refuses what it has no slot for, and the run waits on.</remarks>
internal sealed partial class WorkerDirectory(
    ILocalSiloDetails local,
    IClusterMembershipService membership,
    Lazy<WorkerServiceClient> services,
    AttemptRoutes routes,
    EngineScheduler scheduler,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    ILogger<WorkerDirectory> logger) : IRemoteWorkers
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly ILogger<WorkerDirectory> _logger = logger;
    private readonly Dictionary<SiloAddress, WorkerNode> _nodes = [];
    private readonly Dictionary<SiloAddress, long> _gone = [];
    private readonly Dictionary<string, HandlerRegistration> _remembered = new(StringComparer.Ordinal);
    private WorkerNode[] _order = [];
    private int _turn;

    /// <summary>Occurs when another worker came, has free slots again, or has other handlers.</summary>
    public event Action? Changed;

    /// <summary>Occurs when a worker is gone for good, with its name.</summary>
    public event Action<string>? Gone;

    /// <inheritdoc/>
    public bool Any => Volatile.Read(ref _order).Length > 0;

    /// <summary>Gets whether any silo, this one included, takes grains in. When all stop at once none does, and a call to a grain only fails loudly.</summary>
    public bool AnySiloActive => membership.CurrentSnapshot.Members.Values.Any(member => member.Status == SiloStatus.Active);

    /// <summary>Makes the name of a silo's worker: people see it, and it says where the silo is.</summary>
    public static string NameOf(string silo, SiloAddress address) => $"{silo} {address.ToParsableString()}";

    /// <summary>Gets the other silos that are known, with what they said last.</summary>
    public IReadOnlyList<WorkerFacts> Others => [.. Volatile.Read(ref _order).Select(node => node.Facts)];

    /// <summary>Tells whether a silo said that it is stopping or drained.</summary>
    public bool IsLeaving(SiloAddress silo)
    {
        lock (_lock)
        {
            return _nodes.TryGetValue(silo, out var node) && node.Facts.Draining;
        }
    }

    /// <summary>Takes in what another silo says about itself.</summary>
    public void Update(SiloAddress silo, WorkerFacts facts)
    {
        bool better;
        lock (_lock)
        {
            if (_gone.ContainsKey(silo))
            {
                return;
            }

            var node = new WorkerNode(silo, facts);
            better = !_nodes.TryGetValue(silo, out var known)
                || (facts.Free > 0 && known.Free <= 0)
                || facts.Handlers.Count != known.Facts.Handlers.Count
                || known.Full.Exists(node.HasRoomFor);
            _nodes[silo] = node;
            Reorder();
        }

        if (better)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>A silo is declared dead: its attempts are lost.</summary>
    public void Remove(SiloAddress silo)
    {
        WorkerNode? node;
        lock (_lock)
        {
            _gone.TryAdd(silo, clock.GetTimestamp());
            _nodes.Remove(silo, out node);
            foreach (var (key, handler) in node?.Handlers ?? [])
            {
                _remembered[key] = handler;
            }

            Reorder();
        }

        if (node is not null)
        {
            if (node.Facts.Draining)
            {
                LogLeft(node.Facts.Worker);
            }
            else
            {
                LogGone(node.Facts.Worker);
            }

            Gone?.Invoke(node.Facts.Worker);
        }
    }

    /// <summary>Attempts of a worker have ended, so it has slots.</summary>
    public void Freed(string worker, int slots)
    {
        bool better;
        lock (_lock)
        {
            if (Array.Find(_order, node => node.Facts.Worker == worker) is not { } node)
            {
                return;
            }

            better = node.Free <= 0;
            node.Free += slots;
        }

        if (better)
        {
            Changed?.Invoke();
        }
    }

    /// <inheritdoc/>
    public HandlerRegistration? Find(string handler)
    {
        foreach (var node in Volatile.Read(ref _order))
        {
            if (node.Handlers.TryGetValue(handler, out var registration))
            {
                return registration;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public HandlerRegistration? Remember(string handler)
    {
        lock (_lock)
        {
            return _remembered.GetValueOrDefault(handler);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Worker, int Free)> Having(string handler)
    {
        lock (_lock)
        {
            return [.. _order.Where(node => !node.Facts.Draining && node.Handlers.ContainsKey(handler)).Select(node => (node.Facts.Worker, node.Free))];
        }
    }

    /// <inheritdoc/>
    public string? TryReserve(string handler)
    {
        lock (_lock)
        {
            // The one with most free slots; by turns among equals.
            WorkerNode? best = null;
            for (var i = 0; i < _order.Length; i++)
            {
                var node = _order[(_turn + i) % _order.Length];
                if (node.Free > (best?.Free ?? 0) && !node.Facts.Draining && node.Handlers.ContainsKey(handler) && node.HasRoomFor(handler))
                {
                    best = node;
                }
            }

            if (best is null)
            {
                return null;
            }

            _turn++;
            best.Free--;
            best.Take(handler);
            return best.Facts.Worker;
        }
    }

    /// <inheritdoc/>
    public void Release(string worker, string handler)
    {
        HandlerFreed(worker, handler);
        Freed(worker, 1);
    }

    /// <inheritdoc/>
    public void Ended(RemoteAttempt attempt)
    {
        // What was not taken there says nothing about room.
        if (attempt.Registration.MaxConcurrency > 0 && attempt.Outcome?.End != AttemptEnd.HandedBack)
        {
            HandlerFreed(attempt.RemoteWorker, attempt.Registration.Key);
        }
    }

    /// <summary>Gets for how long a worker has been known to be gone; zero if it is not, without end if nobody can tell where it was.</summary>
    public TimeSpan GoneFor(string worker)
    {
        if (AddressOf(worker) is not { } address)
        {
            return TimeSpan.MaxValue;
        }

        lock (_lock)
        {
            return _gone.TryGetValue(address, out var since) ? clock.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public void Start(QueuePartition partition, IReadOnlyList<RemoteAttempt> attempts)
    {
        foreach (var group in attempts.GroupBy(attempt => attempt.RemoteWorker))
        {
            List<RemoteAttempt> lent = [.. group];
            var owner = partition.Owner;
            _ = scheduler.Run(() => LendAsync(partition, owner, group.Key, lent));
        }
    }

    /// <inheritdoc/>
    public void Stop(RemoteAttempt attempt, StopReason reason, CancelRequest? request, bool abandon)
    {
        var message = new StopMessage(attempt.Pending.Request.Partition, attempt.FencingToken, reason, request, abandon);
        if (ServiceOf(attempt.RemoteWorker) is not { } service)
        {
            routes.Of(message.Partition).Stop(message);
            return;
        }

        _ = scheduler.Run(() => TellAsync(attempt.RemoteWorker, () => service.StopAsync(message)));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsGoneAsync(string worker, CancellationToken cancellationToken) =>
        AddressOf(worker) is { } address && await IsGoneAsync(address, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AttemptReport>?> AskAsync(
        string worker, PartitionEpoch owner, IReadOnlyList<OpenAttempt> attempts, CancellationToken cancellationToken)
    {
        var message = new AskMessage(owner, [.. attempts.Select(attempt => attempt.Token)]);
        return await AskAsync(worker, message, cancellationToken);
    }

    private async Task<IReadOnlyList<AttemptReport>?> AskAsync(string worker, AskMessage message, CancellationToken cancellationToken)
    {
        if (AddressOf(worker) is not { } address)
        {
            return null;
        }

        if (address.Equals(local.SiloAddress))
        {
            return routes.Of(message.Owner.Partition).Ask(message);
        }

        // A silo that does not answer is asked until it does, or is declared dead.
        while (!await IsGoneAsync(address, cancellationToken))
        {
            try
            {
                return (await services.Value.Of(address).AskAsync(message).WaitAsync(cancellationToken)).Reports;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogSilent(worker, exception.Message);
                await Task.Delay(AskAgain, clock, cancellationToken);
            }
        }

        return null;
    }

    private async Task LendAsync(QueuePartition partition, PartitionEpoch owner, string worker, List<RemoteAttempt> attempts)
    {
        IReadOnlyCollection<long> notTaken;
        try
        {
            var service = ServiceOf(worker) ?? throw new UnavailableException($"Worker {worker} is gone.");
            var message = new LendMessage(owner, attempts.ConvertAll(attempt => new LentRun(attempt.Pending, attempt.FencingToken, attempt.StartedAt)));
            var answer = await service.LendAsync(message);
            notTaken = answer.Refused;
            Exhausted(worker, answer, attempts);
        }
        catch (Exception exception)
        {
            // Whether it took them is unknown; it can say so itself. If it is gone, they are lost.
            LogSilent(worker, exception.Message);
            var known = await AskAsync(worker, new AskMessage(owner, attempts.ConvertAll(attempt => attempt.FencingToken)), CancellationToken.None);
            if (known is null)
            {
                partition.OnWorkerGone(worker);
                return;
            }

            notTaken = [.. attempts.Select(attempt => attempt.FencingToken).Except(known.Select(report => report.Token))];
        }

        if (notTaken.Count > 0)
        {
            var now = clock.Now();
            partition.OnReported([.. notTaken.Select(token => new AttemptReport(token, AttemptOutcome.HandedBack, now))]);
        }
    }

    private async Task TellAsync(string worker, Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception exception)
        {
            // The wish is durable: who asks for cancelled runs again tells it again.
            LogSilent(worker, exception.Message);
        }
    }

    private void Exhausted(string worker, LendAnswer answer, List<RemoteAttempt> attempts)
    {
        if (answer.Refused.Count == 0)
        {
            return;
        }

        var refused = answer.Refused.ToHashSet();
        var lacksSlots = attempts.Exists(attempt => refused.Contains(attempt.FencingToken) && !answer.Full.Contains(attempt.Registration.Key));
        lock (_lock)
        {
            if (Array.Find(_order, node => node.Facts.Worker == worker) is { } node)
            {
                node.Free = lacksSlots ? 0 : node.Free;
                foreach (var handler in answer.Full)
                {
                    node.Fill(handler);
                }
            }
        }
    }

    private void HandlerFreed(string worker, string handler)
    {
        bool better;
        lock (_lock)
        {
            better = Array.Find(_order, node => node.Facts.Worker == worker)?.Return(handler) == true;
        }

        if (better)
        {
            Changed?.Invoke();
        }
    }

    private IWorkerService? ServiceOf(string worker) =>
        AddressOf(worker) is { } address && !address.Equals(local.SiloAddress) && !IsGone(address) ? services.Value.Of(address) : null;

    /// <summary>Also of silos that were dead before this one came: nobody told it of those, but the list of silos has them.</summary>
    private async ValueTask<bool> IsGoneAsync(SiloAddress address, CancellationToken cancellationToken)
    {
        if (address.Equals(local.SiloAddress))
        {
            return false;
        }

        if (IsGone(address))
        {
            return true;
        }

        if (!membership.CurrentSnapshot.Members.TryGetValue(address, out var member))
        {
            // Too new to be known here, or so long dead that it was crossed out.
            await membership.Refresh(cancellationToken: cancellationToken);
            return !membership.CurrentSnapshot.Members.TryGetValue(address, out member) || member.Status == SiloStatus.Dead;
        }

        return member.Status == SiloStatus.Dead;
    }

    private bool IsGone(SiloAddress address)
    {
        lock (_lock)
        {
            return _gone.ContainsKey(address);
        }
    }

    private static SiloAddress? AddressOf(string worker)
    {
        try
        {
            return SiloAddress.FromParsableString(worker[(worker.LastIndexOf(' ') + 1)..]);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            // An attempt of a process that was no silo: nobody can be asked.
            return null;
        }
    }

    private void Reorder() => Volatile.Write(ref _order, [.. _nodes.Values.Where(node => node.Facts.Handlers.Count > 0).OrderBy(node => node.Facts.Worker, StringComparer.Ordinal)]);

    [LoggerMessage(LogLevel.Information, "Silo {Worker} has stopped; an attempt that it had not handed back runs again")]
    private partial void LogLeft(string worker);

    [LoggerMessage(LogLevel.Warning, "Silo {Worker} is gone; its attempts are lost and run again")]
    private partial void LogGone(string worker);

    [LoggerMessage(LogLevel.Information, "Silo {Worker} did not answer: {Problem}")]
    private partial void LogSilent(string worker, string problem);
}
