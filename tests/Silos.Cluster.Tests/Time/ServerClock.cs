using Silos.Stores;

namespace Silos.Cluster.Tests.Time;

/// <summary>A store of which nothing is used but the clock of its server.</summary>
internal sealed class ServerClock(Func<DateTimeOffset> read) : ISilosStore, IStoreClock
{
    public string Kind => "clock";

    public IJobStore Jobs => throw new NotSupportedException();

    public IRunStore Runs => throw new NotSupportedException();

    public IRunReader Reader => throw new NotSupportedException();

    public IRunJournal Journal => throw new NotSupportedException();

    public IRunStats Stats => throw new NotSupportedException();

    public ISettingStore Settings => throw new NotSupportedException();

    public IKeyStore Keys => throw new NotSupportedException();

    public IAuditStore Audit => throw new NotSupportedException();

    public ValueTask OpenAsync(bool exclusive, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => ValueTask.FromResult(read());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
