using Silos.Testing;

namespace Silos.Cli.Tests.Support;

/// <summary>What a person would see who calls the command.</summary>
/// <param name="Exit">How it ended.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Outcome(int Exit, string Out, string Error);

/// <summary>Calls the command in this process.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("silos-cli-").FullName;

    /// <summary>Where the person is.</summary>
    public string Folder => _folder;

    /// <summary>Where settings are kept.</summary>
    public string Settings => Path.Combine(_folder, "config", "silos");

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public TimeProvider Clock { get; set; } = new ManualTimeProvider(new DateTimeOffset(2026, 3, 28, 9, 0, 0, TimeSpan.Zero));

    public string Input { get; set; } = string.Empty;

    public bool IsTerminal { get; set; }

    public int Width { get; set; } = 120;

    public string Secret { get; set; } = string.Empty;

    public Task<Outcome> RunAsync(string line) => RunAsync(CommandLine.Split(line));

    public async Task<Outcome> RunAsync(IReadOnlyList<string> arguments, CancellationToken? cancellationToken = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var host = new CliHost
        {
            In = new StringReader(Input),
            Out = output,
            Error = error,
            InIsTerminal = IsTerminal,
            OutIsTerminal = IsTerminal,
            ErrorIsTerminal = IsTerminal,
            Width = Width,
            Environment = Environment,
            Directory = _folder,
            Settings = Settings,
            Clock = Clock,
            ReadSecret = () => Secret,
        };
        var exit = await SilosCli.RunAsync(arguments, host, cancellationToken ?? TestContext.Current.CancellationToken);
        return new Outcome(exit, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
