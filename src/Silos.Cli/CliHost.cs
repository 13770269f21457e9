using System.Collections;

namespace Silos.Cli;

/// <summary>What is around the command: streams, environment, files, clock. Tests bring their own.</summary>
internal sealed record CliHost
{
    private const int DefaultWidth = 120;

    /// <summary>Gets where input comes from.</summary>
    public required TextReader In { get; init; }

    /// <summary>Gets where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Gets where messages go that are no results.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Gets whether a person types the input.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Gets whether a person reads the results.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Gets whether a person reads the messages.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Gets how many columns the terminal has.</summary>
    public int Width { get; init; } = DefaultWidth;

    /// <summary>Gets the environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets the directory that files are named from.</summary>
    public required string Directory { get; init; }

    /// <summary>Gets the directory of the user's settings.</summary>
    public required string Settings { get; init; }

    /// <summary>Gets the clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Reads a line that is not shown.</summary>
    public Func<string> ReadSecret { get; init; } = static () => string.Empty;

    /// <summary>Gets whether Ctrl+C cancels what is under way.</summary>
    public bool HandlesInterrupts { get; init; }

    /// <summary>Gets the value of a variable; null if it is not set or empty.</summary>
    public string? Variable(string name) => Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Gets the full path of a file.</summary>
    public string PathOf(string file) => Path.GetFullPath(file, Directory);

    /// <summary>Gets what is around this process.</summary>
    public static CliHost OfProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        }

        return new CliHost
        {
            In = Console.In,
            Out = Console.Out,
            Error = Console.Error,
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? DefaultWidth : Console.WindowWidth,
            Environment = variables,
            Directory = System.IO.Directory.GetCurrentDirectory(),
            Settings = Path.Combine(
                System.Environment.GetFolderPath(System.Environment.SpecialFolder.ApplicationData, System.Environment.SpecialFolderOption.DoNotVerify),
                "silos"),
#pragma warning disable RS0030 // The program composes the clock; everything else is given it.
            Clock = TimeProvider.System,
#pragma warning restore RS0030
            ReadSecret = ReadHidden,
            HandlesInterrupts = true,
        };
    }

    private static string ReadHidden()
    {
        var text = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        return text.ToString();
    }
}
