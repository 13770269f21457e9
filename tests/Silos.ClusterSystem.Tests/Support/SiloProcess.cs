using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>One life of a silo: a process of its own, started by path, killed and stopped for real. Its output is a file.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly string _logPath;

    private SiloProcess(Process process, string name, Uri address, StreamWriter log, string logPath)
    {
        _process = process;
        _log = log;
        _logPath = logPath;
        Name = name;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(6) };
    }

    /// <summary>Gets the name of this life, such as <c>silo2#3</c>: the one that effects carry.</summary>
    public string Name { get; }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Gets whether it is stopped by SIGSTOP.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>Gets whether it was asked to end, or made to.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Gets whether it ended itself, because the others had declared it dead.</summary>
    public bool WasDeclaredDead => Output.Contains("I have been told I am dead", StringComparison.Ordinal);

    /// <summary>Gets or sets whether calls may go to it; false while it is stopped, cut off or leaving.</summary>
    public bool Takes { get; set; }

    /// <summary>Gets everything it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_log)
            {
                if (_log.BaseStream.CanWrite)
                {
                    _log.Flush();
                }
            }

            return File.ReadAllText(_logPath);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a silo without waiting for it.</summary>
    /// <param name="name">The name of this life.</param>
    /// <param name="folder">Where its output goes, and its working directory.</param>
    /// <param name="executable">The path of the assembly to start.</param>
    /// <param name="network">The network namespace it lives in; null for that of this process.</param>
    /// <param name="address">Where its API listens.</param>
    /// <param name="environment">Its settings.</param>
    public static SiloProcess Launch(
        string name, string folder, string executable, string? network, Uri address, IReadOnlyDictionary<string, string> environment)
    {
        string[] command = ["dotnet", executable, "--urls", address.GetLeftPart(UriPartial.Authority)];
        command = network is null ? command : ["ip", "netns", "exec", network, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var path = Path.Combine(folder, $"{name}.log");
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var silo = new SiloProcess(process, name, address, new StreamWriter(path), path);
        process.OutputDataReceived += (_, line) => silo.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => silo.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return silo;
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"{Name} ended with {_process.ExitCode} before it was ready:\n{Tail()}");
            }

            try
            {
                using var response = await Http.GetAsync("/health/ready", cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    Takes = true;
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Not listening yet: that is what is being waited for.
            }

            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException($"{Name} was not ready after {Patience}:\n{Tail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Looks whether it is ready, and takes calls from then on.</summary>
    public async Task TryReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync("/health/ready");
            Takes = response.IsSuccessStatusCode && !IsFrozen && !IsAsked;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Takes = false;
        }
    }

    /// <summary>kill -9: no goodbye.</summary>
    public async Task KillAsync()
    {
        Takes = false;
        IsAsked = true;
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it is there and does nothing, as a machine that is starved or a virtual one that is moved.</summary>
    public Task FreezeAsync()
    {
        Takes = false;
        IsFrozen = true;
        return SignalAsync("STOP");
    }

    /// <summary>SIGCONT: it goes on and knows nothing of the time between.</summary>
    public Task ContinueAsync()
    {
        IsFrozen = false;
        return SignalAsync("CONT");
    }

    /// <summary>SIGTERM, as Kubernetes and systemd send it; returns the exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        Takes = false;
        IsAsked = true;
        await SignalAsync("TERM");
        return await ExitAsync(cancellationToken);
    }

    /// <summary>Waits for the process to end by itself and returns its exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{Name} did not end within {Patience}:\n{Tail()}");
        }

        return _process.ExitCode;
    }

    /// <summary>The end of its output.</summary>
    public string Tail()
    {
        var output = Output;
        return output.Length > 6_000 ? "…" + output[^6_000..] : output;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        Http.Dispose();
        _process.Dispose();
        lock (_log)
        {
            _log.Dispose();
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            if (_log.BaseStream.CanWrite)
            {
                _log.WriteLine(line);
            }
        }
    }
}
