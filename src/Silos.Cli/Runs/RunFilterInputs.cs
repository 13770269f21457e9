using System.CommandLine;
using System.Text.Json;
using Silos.Client.Json;
using Silos.Client.Operations;
using Silos.Client.Runs;

namespace Silos.Cli.Runs;

/// <summary>The options that say which runs are meant.</summary>
internal sealed class RunFilterInputs
{
    private static readonly string[] Members = ["group", "conditions", "field", "operator", "value"];

    private readonly Option<string?> _state = Value("--state", "Only runs in this state; several with commas between them.", "STATE");
    private readonly Option<string?> _job = Value("--job", "Only runs of this job.", "NAME");
    private readonly Option<string?> _handler = Value("--handler", "Only runs of this handler.", "KEY");
    private readonly Option<string?> _queue = Value("--queue", "Only runs of this queue.", "NAME");
    private readonly Option<string?> _tag = Value("--tag", "Only runs with this tag.", "TAG");
    private readonly Option<string?> _since = Value("--since", "Only runs asked for at or after this instant, or this long ago.", "INSTANT|AGO");
    private readonly Option<string?> _until = Value("--until", "Only runs asked for before this instant, or this long ago.", "INSTANT|AGO");
    private readonly Option<string?> _filter = Value("--filter", "Further conditions, as the API's filter has them; @FILE reads a file, - standard input.", "JSON");

    private Option<string?>[] All => [_state, _job, _handler, _queue, _tag, _since, _until, _filter];

    /// <summary>Adds the options to a command.</summary>
    public static RunFilterInputs AddTo(Command command)
    {
        var inputs = new RunFilterInputs();
        foreach (var option in inputs.All)
        {
            command.Add(option);
        }

        return inputs;
    }

    /// <summary>Tells whether any of them was given.</summary>
    public bool AreGiven(CliCall call) => Array.Exists(All, call.Has);

    /// <summary>Reads them.</summary>
    /// <exception cref="CliException">One of them makes no sense.</exception>
    public async Task<OperationFilter> ReadAsync(CliCall call, CancellationToken cancellationToken) => new()
    {
        State = call.Get(_state),
        Job = call.Get(_job),
        Handler = call.Get(_handler),
        Queue = call.Get(_queue),
        Tag = call.Get(_tag),
        Since = Inputs.Past(call, call.Get(_since), "--since"),
        Until = Inputs.Past(call, call.Get(_until), "--until"),
        Filter = await Inputs.JsonAsync(call, call.Get(_filter), "--filter", cancellationToken) is { } json ? Read(json) : null,
    };

    private static FilterDocument Read(JsonText json)
    {
        using var document = JsonDocument.Parse(json.Text);
        Check(document.RootElement);
        try
        {
            return document.RootElement.Deserialize(ClientJson.Default.FilterDocument)!;
        }
        catch (JsonException exception)
        {
            throw CliException.Usage($"--filter is not understood at {exception.Path}; write it like '{Example}'");
        }
    }

    private const string Example = "{\"field\": \"error\", \"operator\": \"contains\", \"value\": \"timeout\"}";

    /// <summary>What is not known would be left out, and more runs be meant than whoever wrote it thought.</summary>
    private static void Check(JsonElement filter)
    {
        if (filter.ValueKind != JsonValueKind.Object)
        {
            throw CliException.Usage($"--filter must be an object, like '{Example}'");
        }

        foreach (var member in filter.EnumerateObject())
        {
            if (!Members.Contains(member.Name, StringComparer.Ordinal))
            {
                throw CliException.Usage($"--filter has '{FieldProblem.Shorten(member.Name)}', which is none of {string.Join(", ", Members)}");
            }

            if (member is { Name: "conditions", Value.ValueKind: JsonValueKind.Array })
            {
                foreach (var condition in member.Value.EnumerateArray())
                {
                    Check(condition);
                }
            }
        }
    }

    private static Option<string?> Value(string name, string description, string value) => new(name) { Description = description, HelpName = value };
}
