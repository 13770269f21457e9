using Microsoft.AspNetCore.Http;
using Silos.Runs;
using Silos.Web.Alarms;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Alarms;

/// <summary>What the page about alarms shows.</summary>
/// <param name="Alarms">Those that are on first, each part the latest first.</param>
/// <param name="All">Whether also those that are over.</param>
/// <param name="More">How many more there are than a page holds.</param>
internal sealed record AlarmsPage(IReadOnlyList<ToldAlarm> Alarms, bool All, int More);

/// <summary>The page about what should have happened and has not.</summary>
internal sealed class AlarmPages(AlarmList list)
{
    private const int PageSize = 100;

    public void Map(PageRoutes pages) => pages.Page<AlarmsView>("/alarms", "AlarmsPage", ReadAsync);

    /// <summary>Says in a word or two how telling people went, and how good that is.</summary>
    public static (string Text, string Class) Told(Run? run) => AlarmWords.Of(run?.State) switch
    {
        "delivered" => ("delivered", "good"),
        "failed" => ("not delivered", "bad"),
        "waiting" => (run!.Attempt > 1 ? $"attempt {run.Attempt} of {run.MaxAttempts}" : "on its way", "warn"),
        _ => ("no longer known", "idle"),
    };

    private async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var query = new QueryFields(context.Request.Query);
        var all = query.Word<AlarmSelection>("state") == AlarmSelection.All;
        query.Close();
        var alarms = await list.ReadAsync(frame.Caller.Tenant, all, context.RequestAborted);
        return new AlarmsPage([.. alarms.Take(PageSize)], all, Math.Max(0, alarms.Count - PageSize));
    }
}
