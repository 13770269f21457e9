using Silos.Jobs;

namespace Silos.Hosting;

/// <summary>Settings of the host itself; configuration section <c>Silos</c>, beside the engine's.</summary>
public sealed class HostSettings
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos";

    /// <summary>The jobs file that is looked for when none is named.</summary>
    public const string DefaultJobsFile = "silos.yaml";

    /// <summary>Gets or sets where everything is kept: <c>sqlite</c> (a file, no set-up) or <c>postgres</c>. Default: <c>sqlite</c>.</summary>
    public StoreKind Store { get; set; } = StoreKind.Sqlite;

    /// <summary>Gets the settings of the SQLite store.</summary>
    public SqliteSettings Sqlite { get; } = new();

    /// <summary>
    /// Gets or sets the jobs file (<c>--jobs</c>); relative paths count from the working directory. A file that is named must
    /// exist. Default: <c>silos.yaml</c> if it is there.
    /// </summary>
    public string? JobsFile { get; set; }

    /// <summary>
    /// Gets or sets how often the jobs file is looked at besides the notifications of the file system, which some file
    /// systems (network shares, mounted secrets) do not send. Default: 2 seconds.
    /// </summary>
    public TimeSpan JobsFileInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets whether a process without a jobs file and without jobs shows some examples. Default: true.</summary>
    public bool Examples { get; set; } = true;

    /// <summary>
    /// Gets or sets how jobs of a jobs file overlap that do not say (<c>jobs.selfconcurrent</c>): <c>skip</c>, <c>queue_one</c>,
    /// <c>queue_all</c>, <c>allow</c>, <c>cancel_running</c> or <c>terminate_running</c>. Default: <c>skip</c>.
    /// </summary>
    public OverlapMode DefaultOverlap { get; set; } = OverlapMode.Skip;

    /// <summary>Gets the settings of the log on the console.</summary>
    public LoggingSettings Logging { get; } = new();
}

/// <summary>Where a host keeps everything.</summary>
public enum StoreKind
{
    /// <summary>A file beside the process.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database, named by the connection string <c>Silos</c>.</summary>
    Postgres,
}

/// <summary>Settings of the SQLite store.</summary>
public sealed class SqliteSettings
{
    /// <summary>Gets or sets the file; relative paths count from the working directory. Default: <c>silos.db</c>.</summary>
    public string Path { get; set; } = "silos.db";
}

/// <summary>Settings of the log on the console.</summary>
public sealed class LoggingSettings
{
    /// <summary>Gets or sets the form of a line: <c>text</c> for people, <c>json</c> for programs. Default: <c>text</c>.</summary>
    public LogFormat Format { get; set; } = LogFormat.Text;
}

/// <summary>The form of a log line.</summary>
public enum LogFormat
{
    /// <summary>Time, level and message, on one line.</summary>
    Text,

    /// <summary>One JSON object a line, with every value of the message as a field.</summary>
    Json,
}
