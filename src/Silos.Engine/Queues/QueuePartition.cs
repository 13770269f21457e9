using Microsoft.Extensions.Logging;
using Silos.Engine.Workers;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>The owner of one partition: orders its runs, applies limits, lends runs to the worker, writes everything in groups.</summary>
/// <remarks>
/// Anybody may put something into the mailbox; one pump takes everything that waits, decides in memory, writes one commit, and tells
/// those who wait. State is touched by the pump alone, under a lock that is never held across an await, so that questions can be
/// answered from outside. After an error of the store it is unknown what was written: the partition gives up its epoch, opens
/// again and reads the truth.
/// </remarks>
internal sealed partial class QueuePartition : IAttemptOwner, ILimitWaiter, IThreadPoolWorkItem, IDisposable
{
    private readonly PartitionServices _services;
    private readonly ILogger<QueuePartition> _logger;
    private readonly Mailbox _mailbox = new();
    private readonly Lock _state = new();
    private readonly ITimer _alarm;
    private readonly SlotShare _slots;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly IAttemptOwner _owner;
    private readonly ILimits _limits;
    private readonly Dictionary<QueueKey, Lane> _lanes = [];
    private readonly ParkedRuns _parked = new();
    private readonly ReadyWindow _alone = new();
    private readonly FairShare _share = new();
    private readonly List<ILentRun> _live = [];
    private readonly Dictionary<long, RemoteAttempt> _elsewhere = [];
    private readonly List<ILentRun> _outcomes = [];
    private readonly List<FinishedEntry> _cancelled = [];
    private readonly Queue<EnqueueCommand> _enqueues = new();
    private readonly HashSet<long> _neverStarted = [];
    private long _epoch;
    private long _counter;
    private long _reads;
    private long _settledReads;
    private int _signals;
    private DateTimeOffset? _nextScheduled;
    private DateTimeOffset _leaseUntil;
    private long _leaseTicks;
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;
    private bool _cancelsWanted;
    private bool _leaving;
    private TaskCompletionSource? _idle;

    public QueuePartition(int number, PartitionServices services)
    {
        Number = number;
        _services = services;
        _logger = services.Logger;
        _slots = new SlotShare(Signal);
        _owner = services.OwnerOf(this);
        _limits = services.LimitsOf(this);
        _alarm = services.Clock.CreateTimer(
            static state => ((QueuePartition)state!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets its number.</summary>
    public int Number { get; }

    /// <summary>Gets the partition with its epoch; epoch 0 while it is not owned.</summary>
    public PartitionEpoch Owner => new(Number, Volatile.Read(ref _epoch));

    /// <summary>Gets whether it is owned.</summary>
    public bool IsOpen => Volatile.Read(ref _epoch) > 0;

    /// <summary>Tells whether it is owned under a lease that is alive. Takes no lock.</summary>
    public bool Holds(DateTimeOffset now) => IsOpen && now.UtcTicks < Volatile.Read(ref _leaseTicks);

    /// <summary>Opens it: takes it over and reads what is unfinished.</summary>
    public void Open() => Signal();

    /// <summary>An attempt has ended.</summary>
    public void OnEnded(AttemptContext attempt)
    {
        _mailbox.Ended(attempt);
        Signal();
    }

    /// <summary>Attempts have ended.</summary>
    public void OnEnded(List<AttemptContext> attempts)
    {
        _mailbox.Ended(attempts);
        Signal();
    }

    /// <summary>Workers of other processes say how attempts ended. What is not lent any more is passed over.</summary>
    public void OnReported(IReadOnlyList<AttemptReport> reports)
    {
        _mailbox.Reported(reports);
        Signal();
    }

    /// <summary>A worker of another process is gone, and its attempts with it.</summary>
    public void OnWorkerGone(string worker)
    {
        _mailbox.WorkerGone(worker);
        Signal();
    }

    /// <inheritdoc/>
    public void OnPermit(GateKey gate)
    {
        _mailbox.Permit(gate);
        Signal();
    }

    /// <summary>Something happened whose details are in the store.</summary>
    public void Tell(News news)
    {
        _mailbox.Tell(news);
        Signal();
    }

    /// <summary>Says that an adoption begins, and under which epoch and after which reads.</summary>
    public Adoption BeginAdoption()
    {
        // A read that is under way may still see what is about to be adopted, so only those that have ended are before it.
        lock (_state)
        {
            return new(_epoch, _settledReads, []);
        }
    }

    /// <summary>Settings of queues or pauses changed. Completes when nothing starts any more that the old ones allowed.</summary>
    public Task SettingsChangedAsync()
    {
        var obeyed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mailbox.SettingsChanged(obeyed);
        Signal();
        return obeyed.Task;
    }

    /// <summary>Hands adopted runs over.</summary>
    public void Adopted(Adoption adoption)
    {
        _mailbox.Adopted(adoption);
        Signal();
    }

    /// <summary>The lease was extended.</summary>
    public void Renewed(PartitionEpoch owner, DateTimeOffset until)
    {
        lock (_state)
        {
            if (owner.Epoch == _epoch)
            {
                SetLease(until);
            }
        }
    }

    /// <summary>Looks whether something is due: also notices a clock that was set forward, which timers do not.</summary>
    public void Look()
    {
        DateTimeOffset? due;
        lock (_state)
        {
            due = _nextScheduled;
        }

        if (due <= _services.Clock.GetUtcNow() || !IsOpen)
        {
            Signal();
        }
    }

    /// <summary>Gets whether everything it was told so far is written.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (_state)
            {
                return _signals == 0 && Unrecorded == 0 && _enqueues.Count == 0;
            }
        }
    }

    /// <summary>Completes when everything it was told so far is written, or when it has given up.</summary>
    public Task QuietAsync()
    {
        lock (_state)
        {
            if (IsQuiet)
            {
                return Task.CompletedTask;
            }

            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>
    /// Stops starting runs, because another process takes the partition over. Completes when everything that has ended is written. Attempts
    /// that are under way go on; the next owner asks their workers for them.
    /// </summary>
    public async Task LeaveAsync()
    {
        lock (_state)
        {
            _leaving = true;
        }

        // A turn that began before may still start something; the next one does not.
        await SettingsChangedAsync();
        await QuietAsync();
    }

    /// <summary>Ends it for good: nothing is read or written after this.</summary>
    public void Dispose()
    {
        _lifetime.Cancel();
        _alarm.Dispose();
        Signal();
    }

    private void SetLease(DateTimeOffset until)
    {
        _leaseUntil = until;
        Volatile.Write(ref _leaseTicks, until.UtcTicks);
    }

    private void OnAlarm()
    {
        lock (_state)
        {
            _armedFor = DateTimeOffset.MaxValue;
        }

        Signal();
    }

    /// <summary>Makes the pump run; while it runs, makes it run once more.</summary>
    private void Signal()
    {
        if (Interlocked.Increment(ref _signals) != 1)
        {
            return;
        }

        if (_services.Scheduler.IsThreadPool)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            _services.Scheduler.Post(static state => ((IThreadPoolWorkItem)state!).Execute(), this);
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    private async Task PumpAsync()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _signals);
            await TurnAsync();
        }
        while (Interlocked.CompareExchange(ref _signals, 0, seen) != seen);

        lock (_state)
        {
            if (_idle is not null && (_lifetime.IsCancellationRequested || (Unrecorded == 0 && _enqueues.Count == 0)))
            {
                _idle.TrySetResult();
                _idle = null;
            }
        }
    }

    private async Task TurnAsync()
    {
        var mail = _mailbox.Take();
        foreach (var command in mail.Enqueues)
        {
            _enqueues.Enqueue(command);
        }

        var mark = _services.Watch.Mark();
        try
        {
            if (_lifetime.IsCancellationRequested)
            {
                FailEnqueues(new UnavailableException("The process is stopping; repeat the call with the same id."));
                return;
            }

            if (!IsOpen && !await TryOpenAsync(mail))
            {
                // Slots that were set aside meanwhile are of use to others.
                _services.Worker.Slots.Take(_slots, 0);
                return;
            }

            await WorkAsync(mail);
        }
        catch (Exception exception)
        {
            // An attempt says once that it has ended; if the turn failed before that was heard, the run would seem to execute for ever.
            TakeEndedWhileClosed(mail);
            StepDown(exception, mark);
        }
        finally
        {
            // A turn that failed has closed the partition: it starts nothing until it has opened again with the new settings.
            mail.Obeyed.ForEach(obeyed => obeyed.TrySetResult());
            _limits.Settle();
            ArmAlarm();
        }
    }

    private void ArmAlarm()
    {
        DateTimeOffset wanted;
        lock (_state)
        {
            wanted = NextLook();
            if (wanted >= _armedFor || _lifetime.IsCancellationRequested)
            {
                return;
            }

            _armedFor = wanted;
        }

        var wait = wanted - _services.Clock.GetUtcNow();
        _alarm.Change(
            wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestNap ? LongestNap : wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A run that ended without an attempt.</summary>
    private readonly record struct FinishedEntry(PendingRun Run, FinishedRun End);
}
