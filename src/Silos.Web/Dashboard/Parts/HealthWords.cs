namespace Silos.Web.Dashboard.Parts;

/// <summary>How a process is doing, in a word or two.</summary>
internal static class HealthWords
{
    public static string Of(SilosHealth health) => health switch
    {
        { Draining: true } => "draining",
        { Started: false } => "starting",
        { StoreReachable: false } => "store away",
        { RestartWanted: true } => "restart wanted",
        _ => "ok",
    };
}
