namespace Silos.Hosting;

/// <summary>How the process of a host ends, for scripts and supervisors.</summary>
public static class ExitCode
{
    /// <summary>It was asked to stop and did.</summary>
    public const int Ok = 0;

    /// <summary>It failed while running, or a start-up job failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>A setting, the environment or the jobs file was wrong. Starting again changes nothing.</summary>
    public const int Configuration = 3;

    /// <summary>The store could not be opened: held by another process, not reachable, or of a newer version.</summary>
    public const int Store = 4;

    /// <summary>The address to listen on was taken or not to be had.</summary>
    public const int PortInUse = 5;
}
