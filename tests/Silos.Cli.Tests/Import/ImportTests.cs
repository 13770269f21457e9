using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Silos.Cli.Tests.Support;
using Silos.Hosting;
using Silos.Workers;

namespace Silos.Cli.Tests.Import;

/// <summary>What comes out of an import is what a server takes.</summary>
public sealed class ImportTests
{
    [Theory]
    [InlineData("crontab", "crontab")]
    [InlineData("crontab", "system-crontab --system")]
    [InlineData("k8s-cronjob", "cronjobs.yaml")]
    public async Task Commands_are_payloads_that_the_handler_accepts(string kind, string file)
    {
        var jobs = await ImportAsync(kind, file, new JobsFileContext { Handlers = CommandHandler() });
        Assert.NotEmpty(jobs);
        Assert.All(jobs, job => Assert.Equal("command", job.Handler));
    }

    [Theory]
    [InlineData("hangfire", "Startup.cs.txt", 7)]
    [InlineData("hangfire", "hangfire-hash.csv", 2)]
    [InlineData("hangfire", "hangfire.json", 1)]
    [InlineData("quartz", "quartz_jobs.xml", 3)]
    public async Task Definitions_of_programs_are_jobs_for_handlers_of_their_names(string kind, string file, int count) =>
        Assert.Equal(count, (await ImportAsync(kind, file, JobsFileContext.Empty)).Count);

    [Theory]
    [InlineData("0 0 12 ? * 2-6", "0 0 12 ? * MON-FRI")]
    [InlineData("0 0 12 ? * 1,7", "0 0 12 ? * SUN,SAT")]
    [InlineData("0 0 12 ? * 6#3", "0 0 12 ? * FRI#3")]
    [InlineData("0 0 12 ? * 6L 2026", "0 0 12 ? * FRIL 2026")]
    [InlineData("0 0 12 ? * 2/2", "0 0 12 ? * MON/2")]
    [InlineData("0 0 12 ? * MON-FRI", "0 0 12 ? * MON-FRI")]
    [InlineData("0 5 1-7 * * ?", "0 5 1-7 * * ?")]
    public void Quartz_counts_the_days_of_the_week_from_Sunday(string quartz, string silos) =>
        Assert.Equal(silos, Silos.Cli.Import.QuartzImport.Cron(quartz));

    [Theory]
    [InlineData("/usr/local/bin/backup.sh --full", "backup.sh")]
    [InlineData("cd /srv && ./run.sh > /dev/null 2>&1", "run.sh")]
    [InlineData("FOO=1 nice -n 10 /opt/x/y.py a", "y.py")]
    [InlineData("flock -n /tmp/x.lock /usr/bin/rotate", "rotate")]
    [InlineData("test -x /x || (sudo -u www php a.php)", "www")]
    [InlineData("&&", "job")]
    public void Commands_are_named_after_their_program(string line, string name) => Assert.Equal(name, Silos.Cli.Import.CommandLines.NameOf(line));

    private static Dictionary<string, HandlerRegistration> CommandHandler()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSilos(silos => silos.AddCommandHandler(options => options.Enabled = true));
        using var provider = services.BuildServiceProvider();
        return provider.GetServices<HandlerRegistration>().ToDictionary(handler => handler.Key);
    }

    private static async Task<IReadOnlyList<Silos.Jobs.JobDefinition>> ImportAsync(string kind, string file, JobsFileContext context)
    {
        using var terminal = new Terminal();
        var name = file.Split(' ')[0];
        File.Copy(Path.Combine(Places.Inputs, name), Path.Combine(terminal.Folder, name));
        var yaml = await terminal.RunAsync($"import {kind} {file}");
        Assert.NotEqual((int)CliExit.Failed, yaml.Exit);
        var jobs = JobsFileReader.Read("jobs.yaml", Encoding.UTF8.GetBytes(yaml.Out), context).Jobs;
        var json = await terminal.RunAsync($"import {kind} {file} -o json");
        Assert.Equal(jobs, JobsFileReader.Read("jobs.json", Encoding.UTF8.GetBytes(json.Out), context).Jobs);
        return jobs;
    }
}
