using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Silos.Cli.Output;
using Silos.Client;
using Silos.Client.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary>What <c>apply</c> and <c>diff</c> are given, and do.</summary>
internal sealed partial class ApplyInputs
{
    private readonly Option<string> _file = new("--file", "-f") { Description = "The jobs file, '-' for standard input, or a directory of them.", HelpName = "FILE|-|DIR", Required = true };
    private readonly Option<string?> _source = new("--source") { Description = "The name under which these jobs belong together. Default: the file's name.", HelpName = "NAME" };
    private readonly Option<bool> _prune = new("--prune") { Description = "Delete jobs of the same source that the file does not have." };

    /// <summary>Adds the options to a command.</summary>
    public static ApplyInputs AddTo(Command command)
    {
        var inputs = new ApplyInputs();
        command.Add(inputs._file);
        command.Add(inputs._source);
        command.Add(inputs._prune);
        return inputs;
    }

    /// <summary>Applies, or says what that would change.</summary>
    public async Task<CliExit> ApplyAsync(CliCall call, bool dryRun, CancellationToken cancellationToken)
    {
        var files = await JobsFiles.ReadAsync(call.Host, call.Get(_file)!, cancellationToken);
        var request = new ApplyRequest
        {
            Source = call.Get(_source) ?? files.Source,
            Jobs = files.Jobs,
            Prune = call.Get(_prune),
            DryRun = dryRun,
        };
        var answer = await SendAsync(call, request, cancellationToken);
        call.Out.Show(answer, ClientJson.Default.ApplyResponse, text => Write(text, answer));
        return dryRun && answer.Added.Count + answer.Changed.Count + answer.Removed.Count > 0 ? CliExit.WouldChange : CliExit.Ok;
    }

    /// <summary>Sends it; what the server finds wrong is told by the names of jobs, a line each.</summary>
    private static async Task<ApplyResponse> SendAsync(CliCall call, ApplyRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await call.Client.ApplyAsync(request, cancellationToken);
        }
        catch (SilosHttpException exception) when (exception.Problem.Errors is { Count: > 0 } errors)
        {
            throw CliException.Usage(string.Join('\n', errors.Select(error => JobIndex().Replace(
                $"{error.Field}{(error.Value is null ? string.Empty : $" '{error.Value}'")} {error.Message.TrimEnd('.')}",
                match => $"job '{request.Jobs[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)].Name}': "))));
        }
    }

    [GeneratedRegex(@"^jobs\[([0-9]+)\]\.")]
    private static partial Regex JobIndex();

    private static void Write(TextView text, ApplyResponse answer)
    {
        foreach (var name in answer.Added)
        {
            text.Line(new Cell($"+ {name}", Meaning.Good));
        }

        foreach (var change in answer.Changed)
        {
            text.Line(new Cell($"~ {change.Name}", Meaning.Held));
            foreach (var field in change.Fields)
            {
                text.Line($"    {field}");
            }
        }

        foreach (var name in answer.Removed)
        {
            text.Line(new Cell($"- {name}", Meaning.Bad));
        }

        text.Line(
            $"{answer.Source}: {answer.Added.Count} {(answer.DryRun ? "to add" : "added")}, {answer.Changed.Count} {(answer.DryRun ? "to change" : "changed")}, "
            + $"{answer.Removed.Count} {(answer.DryRun ? "to delete" : "deleted")}, {answer.Unchanged} unchanged");
        if (answer.Kept.Count > 0)
        {
            text.Line($"not in the file, but kept; --prune deletes: {string.Join(", ", answer.Kept)}");
        }
    }
}
