using System.ComponentModel;
using System.Diagnostics;

namespace Silos.Deploy.Tests.Support;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Gets what a program writes to standard output.</summary>
    /// <exception cref="InvalidOperationException">It is missing, or ends with another code than 0; the message has what it wrote.</exception>
    public static async Task<string> OutputAsync(string directory, string program, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(directory, Nothing, program, arguments);
        return code == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with code {code}:\n{output}{error}");
    }

    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string directory, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A build must leave no process behind that waits for the next one.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await error);
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"{program} is missing ({exception.Message}). These tests need kubectl 1.27 or later, Node.js 18 or later with npm, and promtool 2.42 or later; tests/run.sh installs what it may.",
                exception);
        }
    }
}
