namespace Silos.Browser.Tests.Support;

/// <summary>The standalone host, on SQLite.</summary>
public sealed partial class Dashboard
{
    private static Task<HostProcess> StartHostAsync(string folder, Dictionary<string, string> environment) =>
        HostProcess.StartAsync("Silos.Standalone", folder, environment, HostProcess.FreePort(), default);

    private static ValueTask AfterHostAsync() => ValueTask.CompletedTask;
}
