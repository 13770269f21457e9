using Silos.Alarms;
using Silos.Engine.Tests.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Tests.Alarms;

/// <summary>Notes what is told; the run that tells it is real.</summary>
internal sealed class Recorder : IAlarmChannel
{
    public const string Handler = "tell";

    public List<Alarm> All { get; } = [];

    public string Name => "recorder";

    public RunRequest Tell(Alarm alarm)
    {
        All.Add(alarm);
        return new RunRequest { Handler = Handler };
    }

    public static IReadOnlyList<Run> Runs(JobEngine engine, string tenant = "default") => engine.Get(() => engine.Client.ListRunsAsync(
        new RunQuery(TenantId.Parse(tenant), new FilterCondition("queue", FilterOperator.Equal, ["alarms"])), CancellationToken.None));

    public static IReadOnlyList<Alarm> Kept(JobEngine engine) =>
    [
        .. engine.Get(() => engine.Store.Settings.ListAsync(Alarm.SettingKind, CancellationToken.None).AsTask()).Select(setting => setting.Value.As<Alarm>()!),
    ];
}
