using System.Globalization;
using System.Text;

namespace Silos.Hosting;

/// <summary>The environment names of the described systems, each with its meaning here. The README's table is made of this one.</summary>
internal static class DescribedNames
{
    private const string Slots = "Silos:Slots";
    private const string Retry = "Silos:DefaultRetry";
    private const string Timeout = "Silos:DefaultTimeout";

    /// <summary>The setting by which the status page trusts a proxy in front of it.</summary>
    public const string ForwardedHeaders = "Silos:TrustForwardedHeaders";

    /// <summary>What may come after the name of a job in its switch.</summary>
    public const string CronSuffix = "_CRON";

    /// <summary>What a job's switch begins with.</summary>
    public const string SwitchPrefix = "ENABLE_";

    public static IReadOnlyList<DescribedName> All { get; } =
    [
        new("DEPLOY_AS_JOB", "Silos:Roles", "`1`: this process schedules and works but serves no API (roles `scheduler, worker`).",
            value => Flag(value, on => on ? DescribedValue.Sets("Silos:Roles", "scheduler, worker") : DescribedValue.Nothing)),
        new("JOB_MAX_WORKERS", Slots, "How many runs execute at once in this process. Default: 256 (5 where it comes from).",
            value => Whole(value, 1, number => DescribedValue.Sets(Slots, number))),
        new("jobs.pool, JOBS_POOL", Slots, "The same; `0` is unlimited. Default: 256 (10 where it comes from).",
            value => Whole(value, 0, number => DescribedValue.Sets(Slots, number))),
        new("jobs.selfconcurrent, JOBS_SELFCONCURRENT", "Silos:DefaultOverlap",
            "`true`: a job of the jobs file that does not say may start while it still runs (`allow`). `false`, the default: it is skipped.",
            value => Flag(value, on => DescribedValue.Sets("Silos:DefaultOverlap", on ? "allow" : "skip"))),
        new("jobs.acceptproxyaddress, JOBS_ACCEPTPROXYADDRESS", ForwardedHeaders,
            "`true`: believe `X-Forwarded-For` of a proxy on this machine; for one elsewhere set `Silos:KnownProxies`. Default: `false`.",
            value => Flag(value, on => DescribedValue.Sets(ForwardedHeaders, on ? "true" : "false"))),
        new("ENABLE_SYSTEM_QUEUE_CRON", "Silos:QueueEnabled",
            "`false`: one-off runs wait in their queues; runs of jobs go on. Default: `true`.",
            value => Flag(value, on => DescribedValue.Sets("Silos:QueueEnabled", on ? "true" : "false"))),
        new("JOB_BATCH_SIZE", "Silos:QueueWindow",
            "How many waiting runs of a queue are read from the store at once; at least 10. They start as they come, not once a minute. Default: 5,000 (50 where it comes from).",
            value => Whole(value, 1, number => DescribedValue.Sets(
                "Silos:QueueWindow",
                Math.Max(10, int.Parse(number, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture)))),
        new("JOB_MAX_RETRIES", $"{Retry}:MaxAttempts",
            "How many attempts a run has, the first included, unless it or its handler says. `0` is one attempt. Default: 3.",
            value => Whole(value, 0, number => DescribedValue.Sets($"{Retry}:MaxAttempts", number == "0" ? "1" : number))),
        new("JOB_TIMEOUT_SECONDS", Timeout, "Seconds that an attempt of a one-off run may take unless it or its handler says. Default: 30.",
            value => Whole(value, 1, number => DescribedValue.Sets(Timeout, $"{number}s"))),
        new("JOB_RESERVATION_TIMEOUT", "Silos:LeaseDuration",
            "Minutes after which what a vanished process had reserved may be taken over. A process that restarts takes its own back at once. Default: 2 (5 where it comes from).",
            value => Whole(value, 1, number => DescribedValue.Sets("Silos:LeaseDuration", $"{number}m"))),
        new("retry.maxAttempts, RETRY_MAX_ATTEMPTS", $"{Retry}:MaxAttempts", "How many attempts a run has, unless it or its handler says. Default: 3.",
            value => Whole(value, 1, number => DescribedValue.Sets($"{Retry}:MaxAttempts", number))),
        new("retry.backoffCoefficient, RETRY_BACKOFF_COEFFICIENT", $"{Retry}:Coefficient", "By how much the wait between attempts grows. Default: 2.0.",
            value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 1
                ? DescribedValue.Sets($"{Retry}:Coefficient", value)
                : DescribedValue.Wrong("must be a number of at least 1")),
        new("retry.initialIntervalMs, RETRY_INITIAL_INTERVAL_MS", $"{Retry}:InitialInterval", "Milliseconds before the second attempt. Default: 1000.",
            value => Whole(value, 0, number => DescribedValue.Sets($"{Retry}:InitialInterval", $"{number}ms"))),
        new("retry.maxIntervalMs, RETRY_MAX_INTERVAL_MS", $"{Retry}:MaxInterval", "The longest wait between attempts in milliseconds. Default: 60000.",
            value => Whole(value, 0, number => DescribedValue.Sets($"{Retry}:MaxInterval", $"{number}ms"))),
        new("timeoutMs, JOB_TIMEOUT_MS", Timeout, "The same as `JOB_TIMEOUT_SECONDS`, in milliseconds.",
            value => Whole(value, 1, number => DescribedValue.Sets(Timeout, $"{number}ms"))),
        new("LOG_LEVEL", "Logging:LogLevel:Default", "`trace`, `debug`, `info`, `warn`, `error`, `critical` or `none`. `debug` also shows the stack of a refused start.",
            LogLevel),
        new("JOB_RUNNER_TYPE", "Silos:Store", "`pgboss`: runs live in PostgreSQL (`postgres`). `temporal`: there is no Temporal here; see the next line.",
            value => value.ToLowerInvariant() switch
            {
                "pgboss" => DescribedValue.Sets("Silos:Store", "postgres"),
                "temporal" => DescribedValue.Tells("jobs run in this process, on its own store; there is no Temporal here"),
                _ => DescribedValue.Wrong("must be pgboss or temporal"),
            }),
        new("JOB_RUNNER_FALLBACK_TO_PGBOSS", "–", "With `JOB_RUNNER_TYPE=temporal`: `true`, the default, runs the jobs here all the same; `false` refuses the start.",
            value => Flag(value, _ => DescribedValue.Nothing)),
        new("TEMPORAL_ADDRESS", "–", "Accepted, and said to mean nothing here.",
            _ => DescribedValue.Tells("there is no Temporal server; nothing connects to it")),
        new("TEMPORAL_NAMESPACE", "–", "Accepted, and said to mean nothing here: what separates customers is the tenant.",
            _ => DescribedValue.Tells("there are no Temporal namespaces; tenants separate customers")),
        new("TEMPORAL_JOB_TASK_QUEUE", "–", "Accepted, and said to mean nothing here: a job names its queue itself (`queue:`).",
            _ => DescribedValue.Tells("there are no Temporal task queues; a job names its queue itself (queue: …)")),
        new("ENABLE_<JOB>, ENABLE_<JOB>_CRON", "`enabled` of the job",
            "`false` disables the job of the jobs file or of the code, and pauses the job registered with `PUT /api/jobs/…` (until a start without it), whose name is that in capitals with `_` for everything else: `ENABLE_MY_CUSTOM_JOB` is `my-custom-job` or `my_custom_job`.",
            _ => DescribedValue.Nothing),
    ];

    /// <summary>Writes the table as the README has it.</summary>
    public static string ToMarkdown()
    {
        var table = new StringBuilder("| variable | setting | meaning |\n| --- | --- | --- |\n");
        foreach (var name in All)
        {
            var names = string.Join(" or ", name.Names.Select(text => $"`{text}`"));
            var setting = name.Setting.Contains(':', StringComparison.Ordinal) ? $"`{name.Setting}`" : name.Setting;
            table.Append(CultureInfo.InvariantCulture, $"| {names} | {setting} | {name.Meaning} |\n");
        }

        return table.ToString();
    }

    private static DescribedValue Flag(string value, Func<bool, DescribedValue> then) =>
        SettingValue.Flag(value) is { } flag ? then(flag) : DescribedValue.Wrong("must be true or false");

    private static DescribedValue Whole(string value, int least, Func<string, DescribedValue> then) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? then(number.ToString(CultureInfo.InvariantCulture))
            : DescribedValue.Wrong($"must be a whole number of at least {least}");

    private static DescribedValue LogLevel(string value)
    {
        var level = value.Trim().ToLowerInvariant() switch
        {
            "trace" => "Trace",
            "debug" => "Debug",
            "info" or "information" => "Information",
            "warn" or "warning" => "Warning",
            "error" => "Error",
            "critical" or "fatal" => "Critical",
            "none" or "off" => "None",
            _ => null,
        };
        return level is null
            ? DescribedValue.Wrong("must be trace, debug, info, warn, error, critical or none")
            : DescribedValue.Sets("Logging:LogLevel:Default", level);
    }
}
