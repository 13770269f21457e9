namespace Silos.System.Tests.Support;

/// <summary>The standalone host.</summary>
internal static class StandaloneProcess
{
    private const string Project = "Silos.Standalone";

    public static int FreePort() => HostProcess.FreePort();

    /// <summary>Starts the host without waiting for it to be ready.</summary>
    public static HostProcess Launch(
        string workingDirectory, IReadOnlyDictionary<string, string> environment, int? port, params string[] arguments) =>
        HostProcess.Launch(Project, workingDirectory, environment, port, arguments);

    /// <summary>Starts the host and waits until it says that it is ready.</summary>
    public static Task<HostProcess> StartAsync(
        string workingDirectory,
        IReadOnlyDictionary<string, string> environment,
        int port,
        CancellationToken cancellationToken,
        params string[] arguments) =>
        HostProcess.StartAsync(Project, workingDirectory, environment, port, cancellationToken, arguments);
}
