namespace Silos.Engine;

/// <summary>The jobs' side of starting and stopping a process.</summary>
internal interface IJobStartup
{
    /// <summary>Applies the registrations made in code.</summary>
    /// <exception cref="StartupException">A registration is wrong; the message says which and why.</exception>
    Task RegisterAsync(CancellationToken cancellationToken);

    /// <summary>Runs what has to run at start and waits for those that block the start.</summary>
    Task RunStartupJobsAsync(CancellationToken cancellationToken);

    /// <summary>Starts to decide due instants.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops to decide due instants.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
