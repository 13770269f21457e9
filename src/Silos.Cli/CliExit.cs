namespace Silos.Cli;

/// <summary>How the command ends, for scripts. <c>silos up</c> alone ends with the codes of the server (see Silos.Hosting).</summary>
internal enum CliExit
{
    /// <summary>It did what was asked.</summary>
    Ok = 0,

    /// <summary>The server failed, or something happened that nobody foresaw.</summary>
    Failed = 1,

    /// <summary><c>diff</c> and <c>--dry-run</c>: something would be changed.</summary>
    WouldChange = 2,

    /// <summary>The command line, a file or a value is wrong, as the command or the server says.</summary>
    Usage = 3,

    /// <summary>What was named does not exist, or not for this tenant.</summary>
    NotFound = 4,

    /// <summary>The state is against it: the job runs already, the run has ended, another source has the job.</summary>
    Conflict = 5,

    /// <summary>The key is missing or wrong, or its role does not allow it.</summary>
    Unauthorised = 6,

    /// <summary>The server does not answer, or cannot serve right now; trying again later may help.</summary>
    Unreachable = 7,

    /// <summary>The run that was waited for failed, is dead or was cancelled; or an operation could not deal with some runs.</summary>
    RunFailed = 8,

    /// <summary>The time to wait (<c>--timeout</c>) was over first; the run or operation goes on.</summary>
    TimedOut = 9,

    /// <summary><c>alarms --exit-code</c>: an alarm is on.</summary>
    AlarmOn = 10,

    /// <summary>Ctrl+C.</summary>
    Interrupted = 130,
}
