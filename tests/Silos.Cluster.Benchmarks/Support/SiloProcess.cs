using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Node;

namespace Silos.Cluster.Benchmarks.Support;

/// <summary>A silo in a process of its own.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _name;
    private readonly Uri _address;

    private SiloProcess(Process process, string name, Uri address)
    {
        _process = process;
        _name = name;
        _address = address;
    }

    public static SiloProcess Start(string name, string folder, string connection, int slots)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            // Where no jobs file is.
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        string[] arguments =
        [
            // Started as "dotnet Silos.Cluster.Benchmarks.dll", the process is dotnet and has to be told the same again.
            .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? new[] { typeof(SiloProcess).Assembly.Location } : [],
            BenchSilo.Verb, "--urls", address.GetLeftPart(UriPartial.Authority),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ConnectionStrings__Silos"] = connection;
        start.Environment["Silos__Slots"] = $"{slots}";
        start.Environment["Silos__Examples"] = "false";
        start.Environment["Silos__Cluster__SiloName"] = name;
        start.Environment["Silos__Cluster__Address"] = "127.0.0.1";
        start.Environment["Silos__Cluster__SiloPort"] = $"{FreePort()}";
        start.Environment["Silos__Cluster__GatewayPort"] = $"{FreePort()}";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__LogLevel__Orleans"] = "Error";
        return new SiloProcess(Process.Start(start)!, name, address);
    }

    /// <summary>Waits until it has started and says over HTTP that it is ready.</summary>
    public async Task ReadyAsync()
    {
        await AnswerAsync<string>();
        using var http = new HttpClient { BaseAddress = _address };
        var waited = Stopwatch.StartNew();
        while (true)
        {
            using var response = await http.GetAsync("/health/ready");
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException($"{_name} has started and is not ready: {await response.Content.ReadAsStringAsync()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public Task<long> CountAsync() => AskAsync<long>("count");

    public Task RecordAsync() => AskAsync<bool>("record");

    public Task<Start[]> StartsAsync() => AskAsync<Start[]>("starts");

    public Task<SiloFacts> FactsAsync(bool collect) => AskAsync<SiloFacts>(collect ? "collect" : "facts");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Patience);
            while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                Log(line);
            }

            await _process.WaitForExitAsync(patience.Token);
        }

        _process.Dispose();
        _turn.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<T> AskAsync<T>(string question)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(question);
            return await AnswerAsync<T>();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> AnswerAsync<T>()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(BenchSilo.Mark, StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize<T>(line.AsSpan(BenchSilo.Mark.Length))!;
            }

            Log(line);
        }

        throw new InvalidOperationException($"{_name} has ended.");
    }

    private void Log(string line)
    {
        if (!line.StartsWith(BenchSilo.Mark, StringComparison.Ordinal))
        {
            Report.Say($"{_name}: {line}");
        }
    }
}
