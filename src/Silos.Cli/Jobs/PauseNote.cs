using Silos.Client.Jobs;
using Silos.Client.Queues;

namespace Silos.Cli.Jobs;

/// <summary>Says beside a list that everything is paused: what it shows as idle or due does not start then.</summary>
internal static class PauseNote
{
    /// <summary>Finds whether everything is paused; nothing where a program reads, which asks for itself.</summary>
    public static async Task<PauseAllResponse?> FindAsync(CliCall call, CancellationToken cancellationToken) =>
        call.Out.IsForPrograms ? null : await call.Client.GetPauseAsync(cancellationToken);

    /// <summary>Says it.</summary>
    public static void Tell(CliCall call, PauseAllResponse? pause)
    {
        if (pause?.Tenant is { } tenant)
        {
            call.Out.Note($"everything is paused {Who(tenant)}; resume with 'silos jobs resume --all'");
        }

        if (pause?.All is { } all)
        {
            call.Out.Note($"everything of all tenants is paused {Who(all)}; who may act for all of them resumes with POST /api/resume {{\"scope\": \"all\"}}");
        }
    }

    private static string Who(PauseResponse pause) =>
        $"since {Output.Show.Instant(pause.At)} by {pause.By}{(pause.Reason is { } reason ? $": {reason}" : string.Empty)}";
}
