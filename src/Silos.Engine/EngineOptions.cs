using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Engine;

/// <summary>Settings of a process that schedules, queues or executes; configuration section <c>Silos</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos";

    /// <summary>The number of slots that stands for "unlimited" (<see cref="Slots"/> = 0).</summary>
    public const int UnlimitedSlots = 100_000;

    /// <summary>The largest result of a run that is kept, in bytes of JSON.</summary>
    public const int MaxResultBytes = 256 * 1024;

    /// <summary>Gets or sets what this process does. Default: everything.</summary>
    public SilosRoles Roles { get; set; } = SilosRoles.All;

    /// <summary>Gets or sets the name by which runs remember the process that executed them. Default: machine name and process id.</summary>
    public string WorkerName { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>
    /// Gets or sets the version of the deployment. An older one never overwrites definitions of a newer one, and
    /// <c>@reboot</c> fires once per version in a cluster. Digits are compared by value, so 1.10 is newer than 1.9. Default: empty.
    /// </summary>
    public string DeploymentVersion { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets how many attempts this process executes at once (<c>JOB_MAX_WORKERS</c>, <c>jobs.pool</c>). More hides
    /// more waiting on I/O, fewer protects what the handlers call. 0 means unlimited. Default: 256.
    /// </summary>
    public int Slots { get; set; } = 256;

    /// <summary>Gets or sets how long an attempt of a one-off run may take when neither the run nor its handler says. Default: 30 seconds.</summary>
    public TimeSpan DefaultTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how failed attempts are repeated when neither the run nor its handler says. Default: 3 attempts, 1 second doubling up to 60 seconds, full jitter.</summary>
    public RetryPolicy DefaultRetry { get; set; } = RetryPolicy.Default;

    /// <summary>
    /// Gets or sets how long a stopping process waits for attempts before it cancels them. Longer lets long runs finish,
    /// shorter makes restarts quick; what is cut short is handed back and burns no attempt. Default: 25 seconds, which
    /// together with <see cref="CancelGrace"/> fits the usual grace of a container.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Gets or sets how long an attempt that was cancelled, timed out or must stop may go on before it is abandoned: its end
    /// is recorded, its slot stays taken until its code returns. Default: 5 seconds.
    /// </summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many abandoned attempts a process bears before it reports itself unhealthy and asks to be restarted. Default: 16.</summary>
    public int MaxAbandoned { get; set; } = 16;

    /// <summary>Gets or sets the largest payload accepted, in bytes of JSON. Default: 1 MiB.</summary>
    public int MaxPayloadBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Gets or sets how often the inbox is looked at, which is how late a run may be adopted that somebody else put there
    /// without telling. One query for all partitions. Default: 1 second.
    /// </summary>
    public TimeSpan InboxInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets how often overdue jobs and unheard cancel requests are looked for in the store: the bound on how long
    /// a lost message can cost. Default: 5 seconds.
    /// </summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets for how long a partition is taken without renewing. A process that cannot renew stops dispatching before it ends. Default: 2 minutes.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how long completed, cancelled and skipped runs are kept. Default: 7 days.</summary>
    public TimeSpan KeepCompleted { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Gets or sets how long failed and dead runs are kept; not shorter than <see cref="KeepCompleted"/> makes sense. Default: 30 days.</summary>
    public TimeSpan KeepFailed { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets how long the ledger of due instants is kept. Default: 90 days.</summary>
    public TimeSpan KeepLedger { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets how often what is too old is deleted, in bounded batches. Default: 1 minute.</summary>
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets whether one-off runs that do not say are deleted when they complete. Default: false.</summary>
    public bool DeleteOnSuccess { get; set; }

    /// <summary>
    /// Gets or sets whether one-off runs are executed (<c>ENABLE_SYSTEM_QUEUE_CRON</c>). When off they wait, and
    /// <c>explain</c> says so; runs of jobs are not affected. Default: true.
    /// </summary>
    public bool QueueEnabled { get; set; } = true;

    /// <summary>Gets the keys of handlers that are registered but must not run; their runs wait. Default: none.</summary>
    public ISet<string> DisabledHandlers { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the time zone of schedules that name none: an IANA name, or <c>local</c>. Default: <c>UTC</c>.</summary>
    public string DefaultTimeZone { get; set; } = "UTC";

    /// <summary>Gets the named schedules (<c>cron.workhours_15m</c>) that jobs may refer to. Default: none.</summary>
    public IDictionary<string, string> NamedSchedules { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the calendars that schedules may refer to, by name. Default: none.</summary>
    public IDictionary<string, Calendar> Calendars { get; } = new Dictionary<string, Calendar>(StringComparer.Ordinal);

    /// <summary>Gets or sets after what delay a start counts as late when the job does not say. Default: 1 second.</summary>
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how many log lines a run may keep; then its log is cut, with a line that says so. Default: 10,000.</summary>
    public int MaxLogLines { get; set; } = 10_000;

    /// <summary>Gets or sets how many characters of log an attempt may keep; then its log is cut. Default: 1,048,576.</summary>
    public int MaxLogCharacters { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets for how long log lines and progress of attempts are gathered before they are written together. Default: 250 ms.</summary>
    public TimeSpan JournalInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets how many waiting runs of one queue are kept in memory, in their order. More reads the store in bigger
    /// bites; fewer saves memory. Default: 5,000.
    /// </summary>
    public int QueueWindow { get; set; } = 5_000;

    /// <summary>Gets or sets how many waiting runs one partition keeps in memory, over all its queues. Default: 20,000.</summary>
    public int PartitionWindow { get; set; } = 20_000;
}
