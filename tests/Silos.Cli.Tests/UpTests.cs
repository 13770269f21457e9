using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Silos.Cli.Tests.Support;

namespace Silos.Cli.Tests;

/// <summary>The command as a process of its own.</summary>
public sealed class UpTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_started_in_an_empty_directory_used_and_stopped_in_peace()
    {
        var folder = Directory.CreateTempSubdirectory("silos-up-");
        try
        {
            var url = $"http://127.0.0.1:{FreePort()}";
            var output = new StringBuilder();
            using var server = Start(folder.FullName, "up", "--urls", url);
            server.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
            server.BeginOutputReadLine();
            using var terminal = new Terminal { Clock = TimeProvider.System };
            terminal.Environment["SILOS_SERVER"] = url;
            while ((await terminal.RunAsync("jobs list")).Exit != 0)
            {
                Assert.False(server.HasExited, $"It ended with {(server.HasExited ? server.ExitCode : 0)}: {output}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancelled);
            }

            var run = await terminal.RunAsync("jobs trigger example-report --wait --timeout 1m");
            Assert.True(run.Exit == 0, run.Error + run.Out);
            using var kill = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await server.WaitForExitAsync(Cancelled);
            Assert.Equal(0, server.ExitCode);
            Assert.True(File.Exists(Path.Combine(folder.FullName, "silos.db")));
            Assert.Equal((int)CliExit.Unreachable, (await terminal.RunAsync("jobs list")).Exit);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_start_that_is_refused_ends_with_the_codes_of_the_server()
    {
        var folder = Directory.CreateTempSubdirectory("silos-up-");
        try
        {
            using var server = Start(folder.FullName, "up", "--jobs", "missing.yaml");
            var error = await server.StandardError.ReadToEndAsync(Cancelled);
            await server.WaitForExitAsync(Cancelled);
            Assert.Equal((3, "silos: The jobs file missing.yaml does not exist.\n"), (server.ExitCode, error));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Silos.Cli.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
