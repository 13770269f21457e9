using System.Text;
using System.Text.RegularExpressions;

namespace Silos.Cli.Tests.Support;

/// <summary>A file that says what is typed and what is answered. Playing it gives the file as it would have to be.</summary>
/// <remarks>
/// <c>$ silos …</c> is typed; what follows is the answer, lines of standard error with <c>! </c> in front, the exit code in brackets if it is not 0.
/// <c>#! …</c> arranges something: <c>clock 1m</c>, <c>until TEXT in jobs list</c> (what another thread does), <c>env NAME=VALUE</c>, <c>stub</c> (the server that knows keys), <c>file NAME</c> and <c>stdin</c> with lines up to
/// <c>#! end</c>, <c>input NAME</c> (a file of Inputs). Ids are numbered as they appear and may be typed.
/// </remarks>
internal sealed partial class Transcript : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Terminal _terminal = new();
    private readonly List<string> _ids = [];
    private readonly StringBuilder _played = new();
    private readonly string _data = Directory.CreateTempSubdirectory("silos-server-").FullName;
    private TestServer? _server;
    private StubServer? _stub;

    private Transcript()
    {
    }

    /// <summary>Plays a file.</summary>
    public static async Task<string> PlayAsync(string text)
    {
        await using var transcript = new Transcript();
        transcript._server = await TestServer.StartAsync(transcript._data);
        transcript._terminal.Clock = transcript._server.Clock;
        transcript._terminal.Environment["SILOS_SERVER"] = transcript._server.Url;
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("#!", StringComparison.Ordinal))
            {
                i = await transcript.ArrangeAsync(lines, i);
            }
            else if (IsRemark(lines, i))
            {
                transcript._played.Append(lines[i]).Append('\n');
            }
            else if (lines[i].StartsWith("$ silos", StringComparison.Ordinal))
            {
                await transcript.TypeAsync(lines[i]);
            }
        }

        return transcript._played.ToString();
    }

    /// <summary>Lists the commands that a file types.</summary>
    public static IEnumerable<string> CommandsOf(string text) =>
        text.Split('\n').Where(line => line.StartsWith("$ silos ", StringComparison.Ordinal)).Select(line => line["$ silos ".Length..]);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_stub is not null)
        {
            await _stub.DisposeAsync();
        }

        _terminal.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    // Answers may have lines that begin with '#', too; a remark stands at the top or after an empty line.
    private static bool IsRemark(string[] lines, int at) => lines[at].Length == 0
        ? at + 1 < lines.Length && lines[at + 1].StartsWith("# ", StringComparison.Ordinal)
        : lines[at].StartsWith("# ", StringComparison.Ordinal) && (at == 0 || lines[at - 1].Length == 0);

    private async Task<int> ArrangeAsync(string[] lines, int at)
    {
        _played.Append(lines[at]).Append('\n');
        var words = lines[at][2..].Trim().Split(' ', 2);
        switch (words[0])
        {
            case "clock":
                _server!.Clock.Advance(Silos.Schedules.DurationText.Parse(words[1]));
                break;
            case "until":
                var (seen, line) = words[1].Split(" in ", 2) is [var text, var rest] ? (text, rest) : throw new InvalidOperationException(lines[at]);
                using (var patience = new CancellationTokenSource(Patience, TimeProvider.System))
                {
                    while (!(await _terminal.RunAsync(WithIds(line))).Out.Contains(seen, StringComparison.Ordinal))
                    {
                        Assert.False(patience.IsCancellationRequested, $"Within {Patience} '{line}' did not say '{seen}'.");
                    }
                }

                break;
            case "env":
                var pair = words[1].Split('=', 2);
                _terminal.Environment[pair[0]] = pair[1];
                break;
            case "stub":
                _stub = await StubServer.StartAsync();
                _terminal.Environment["SILOS_SERVER"] = _stub.Url;
                break;
            case "input":
                File.Copy(Path.Combine(Places.Inputs, words[1]), Path.Combine(_terminal.Folder, words[1]));
                break;
            case "file" or "stdin":
                var content = new StringBuilder();
                while (lines[++at] != "#! end")
                {
                    content.Append(lines[at]).Append('\n');
                }

                _played.Append(content).Append("#! end\n");
                if (words[0] == "stdin")
                {
                    _terminal.Input = content.ToString();
                }
                else
                {
                    var path = Path.Combine(_terminal.Folder, words[1]);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    await File.WriteAllTextAsync(path, content.ToString());
                }

                break;
            default:
                throw new InvalidOperationException($"'{lines[at]}' is nothing that can be arranged.");
        }

        return at;
    }

    private async Task TypeAsync(string line)
    {
        var typed = WithIds(line["$ silos".Length..]);
        if (typed.Contains("<server>", StringComparison.Ordinal))
        {
            typed = typed.Replace("<server>", _terminal.Environment["SILOS_SERVER"], StringComparison.Ordinal);
        }

        var outcome = await _terminal.RunAsync(typed);
        _terminal.Input = string.Empty;
        _played.Append(line).Append('\n').Append(Neutral(outcome.Out));
        if (outcome.Out.Length > 0 && !outcome.Out.EndsWith('\n'))
        {
            _played.Append('\n');
        }

        foreach (var error in Neutral(outcome.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _played.Append("! ").Append(error).Append('\n');
        }

        if (outcome.Exit != 0)
        {
            _played.Append(System.Globalization.CultureInfo.InvariantCulture, $"[exit {outcome.Exit} {CommandTests.NameOf((CliExit)outcome.Exit)}]\n");
        }
    }

    private string WithIds(string line) =>
        TypedId().Replace(line, match => _ids[int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - 1]);

    private string Neutral(string text)
    {
        foreach (var url in new[] { _server?.Url, _stub?.Url }.OfType<string>())
        {
            text = text.Replace(url, "http://127.0.0.1:8080", StringComparison.Ordinal);
        }

        text = text.Replace(_terminal.Folder, "/home/ann", StringComparison.Ordinal)
            .Replace($"\"address\": \"{Environment.MachineName}\"", "\"address\": \"machine\"", StringComparison.Ordinal);
        text = Regex.Replace(text, $@"(?<=^{TestServer.Name}\s+\w+\s+){Regex.Escape(Environment.MachineName)}\s+", "machine  ", RegexOptions.Multiline);
        return Uuid().Replace(text, match =>
        {
            var id = match.Value.TrimEnd();
            if (!_ids.Contains(id))
            {
                _ids.Add(id);
            }

            // In a table what stands beside it stays where it is.
            var name = $"<id-{_ids.IndexOf(id) + 1}>";
            return match.Groups[1].Success ? name.PadRight(match.Length) : name;
        });
    }

    [GeneratedRegex("<id-([0-9]+)>")]
    private static partial Regex TypedId();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(  )?")]
    private static partial Regex Uuid();
}
