namespace Silos.Cluster.Jobs;

/// <summary>Whether due instants are being decided in this silo.</summary>
internal sealed class Scheduling
{
    private volatile bool _running;

    public bool IsRunning
    {
        get => _running;
        set => _running = value;
    }
}
