using System.CommandLine;
using System.CommandLine.Help;
using Silos.Cli.Alarms;
using Silos.Cli.Audit;
using Silos.Cli.Import;
using Silos.Cli.Jobs;
using Silos.Cli.Keys;
using Silos.Cli.Nodes;
using Silos.Cli.Operations;
using Silos.Cli.Queues;
using Silos.Cli.Runs;
using Silos.Cli.Schedules;
using Silos.Cli.Server;
using Silos.Cli.Shell;

namespace Silos.Cli;

/// <summary><c>silos</c> and everything below it.</summary>
internal sealed class SilosCommand : RootCommand
{
    /// <summary>Makes the tree of commands.</summary>
    public SilosCommand(CliHost host)
        : base("Runs a Silos server, registers jobs, and shows what they do.")
    {
        Globals.AddTo(this);
        var cli = new CliParts(host, Globals);
        Add(new UpCommand(cli));
        Add(new LoginCommand(cli));
        Add(new WhoamiCommand(cli));
        Add(new CommandGroup(
            "jobs",
            "What is registered, and when it is due.",
            new JobsListCommand(cli),
            new JobsGetCommand(cli),
            new JobsApplyCommand(cli),
            new JobsDiffCommand(cli),
            new JobsDeleteCommand(cli),
            new JobsTriggerCommand(cli),
            new JobsPauseCommand(cli),
            new JobsResumeCommand(cli),
            new JobsPreviewCommand(cli),
            new JobsLedgerCommand(cli),
            new JobsHistoryCommand(cli),
            new JobsExplainCommand(cli),
            new JobsBackfillCommand(cli)));
        Add(new CommandGroup(
            "runs",
            "What is to be done, is being done and was done.",
            new RunsListCommand(cli),
            new RunsGetCommand(cli),
            new RunsLogsCommand(cli),
            new RunsWaitCommand(cli),
            new RunsExplainCommand(cli),
            new RunsCancelCommand(cli),
            RunsRepeatCommand.Retry(cli),
            RunsRepeatCommand.Replay(cli)));
        Add(new EnqueueCommand(cli));
        Add(new CommandGroup(
            "operations",
            "What is done to many runs at once.",
            new OperationsListCommand(cli),
            new OperationsGetCommand(cli)));
        Add(new CommandGroup(
            "queues",
            "Where runs wait.",
            new QueuesListCommand(cli),
            new QueuesPauseCommand(cli),
            new QueuesResumeCommand(cli),
            new QueuesLimitsCommand(cli)));
        Add(new CommandGroup(
            "silos",
            "The processes that Silos runs in.",
            new SilosListCommand(cli),
            new SilosDrainCommand(cli),
            new SilosResumeCommand(cli)));
        Add(new CommandGroup(
            "keys",
            "Who may do what.",
            new KeysListCommand(cli),
            new KeysCreateCommand(cli),
            new KeysRevokeCommand(cli)));
        Add(new AuditCommand(cli));
        Add(new AlarmsCommand(cli));
        Add(new CommandGroup("schedule", "Expressions, without a server.", new ScheduleExplainCommand(cli)));
        Add(new CommandGroup(
            "import",
            "Makes a jobs file of another system's definitions.",
            new ImportCommand("crontab", "Translates a crontab.", new CrontabImport(), cli, "import crontab /etc/crontab --system", "crontab -l | silos import crontab > jobs.yaml"),
            new ImportCommand("k8s-cronjob", "Translates CronJobs of Kubernetes.", new CronJobImport(), cli, "kubectl get cronjobs -o yaml | silos import k8s-cronjob > jobs.yaml"),
            new ImportCommand("hangfire", "Translates recurring jobs of Hangfire: C# code, or its storage as JSON or CSV.", new HangfireImport(), cli, "import hangfire Startup.cs > jobs.yaml", "import hangfire hash.csv"),
            new ImportCommand("quartz", "Translates a quartz_jobs.xml.", new QuartzImport(), cli, "import quartz quartz_jobs.xml > jobs.yaml")));
        Add(new CompletionCommand(cli));
        var help = Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, host);
    }

    /// <summary>Gets ways to begin.</summary>
    public static IReadOnlyList<string> Examples { get; } = ["up", "jobs list", "jobs apply -f silos.yaml", "runs list --state failed --since 1d"];

    /// <summary>Gets the options that every command takes.</summary>
    public GlobalOptions Globals { get; } = new();
}
