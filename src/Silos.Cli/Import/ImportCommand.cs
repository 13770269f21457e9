using System.CommandLine;
using System.Text;
using Silos.Cli.Jobs;
using Silos.Cli.Output;
using Silos.Hosting;

namespace Silos.Cli.Import;

/// <summary><c>silos import …</c>: a jobs file on standard output, what has no equivalent on standard error.</summary>
internal sealed class ImportCommand : CliCommand
{
    private readonly IImport _import;
    private readonly Argument<string[]> _files = new("file") { Description = "The files; '-' or none for standard input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _zone;
    private readonly Option<bool>? _system;

    public ImportCommand(string name, string description, IImport import, CliParts cli, params string[] examples)
        : base(name, description + " Writes a jobs file; what has no equivalent is told on standard error.", cli, examples)
    {
        _import = import;
        Add(_files);
        _zone = Value<string?>("--time-zone", "The IANA zone of all schedules. Default: what the definitions say.", "ZONE");
        if (import is CrontabImport)
        {
            _system = Flag("--system", "Lines name the user that the command runs as, as in /etc/crontab and /etc/cron.d. Default: by the file's place.");
        }
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var into = new Translation(call.Get(_zone), _system is not null && call.Get(_system));
        foreach (var file in call.Get(_files) is { Length: > 0 } files ? files : ["-"])
        {
            var text = file == "-"
                ? await call.Host.In.ReadToEndAsync(cancellationToken)
                : await File.ReadAllTextAsync(call.Host.PathOf(file), cancellationToken);
            _import.Read(file == "-" ? "stdin" : file, text.ReplaceLineEndings("\n"), into);
        }

        var yaml = JobsYaml.Write(into.Jobs);

        // What goes out is read as the server will.
        JobsFileReader.Read("jobs.yaml", Encoding.UTF8.GetBytes(yaml), JobsFileContext.Empty);
        if (call.Out.Format == OutputFormat.Json)
        {
            JobsYaml.Show(call.Out, into.Jobs);
        }
        else
        {
            call.Out.Text(yaml);
        }

        foreach (var remark in into.Remarks)
        {
            call.Out.Note(remark);
        }

        call.Out.Note($"{Output.Show.Count(into.Jobs.Count, "job")} written{(into.LeftOut > 0 ? $", {Output.Show.Count(into.LeftOut, "definition")} left out" : string.Empty)}");
        return into.LeftOut > 0 ? CliExit.Usage : CliExit.Ok;
    }
}
