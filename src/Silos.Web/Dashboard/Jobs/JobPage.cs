using Microsoft.AspNetCore.Http;
using Silos.Alarms;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;
using Silos.Web.Dashboard.Alarms;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>What the page of one job shows.</summary>
internal sealed record JobPage
{
    /// <summary>Gets the job with what is going on.</summary>
    public required JobView View { get; init; }

    /// <summary>Gets its alarms that are on.</summary>
    public required IReadOnlyList<Alarm> Alarms { get; init; }

    /// <summary>Gets its schedules, each in words.</summary>
    public required IReadOnlyList<ScheduleLine> Schedules { get; init; }

    /// <summary>Gets the due instants ahead.</summary>
    public required IReadOnlyList<PreviewedOccurrence> Next { get; init; }

    /// <summary>Gets what stands in the way of its next run.</summary>
    public required IReadOnlyList<Blocker> Blockers { get; init; }

    /// <summary>Gets the latest decisions, latest first.</summary>
    public required IReadOnlyList<Occurrence> Ledger { get; init; }

    /// <summary>Gets the decisions of the last weeks by day.</summary>
    public required HeatMap Heat { get; init; }

    /// <summary>Gets its newest runs, newest first.</summary>
    public required IReadOnlyList<Run> Runs { get; init; }

    /// <summary>Gets how its newest finished runs went, newest first.</summary>
    public required IReadOnlyList<RunPoint> Points { get; init; }

    /// <summary>Gets the last changes of its definition.</summary>
    public required JobHistoryPage History { get; init; }

    /// <summary>Gets the definition as a person would write it, as JSON.</summary>
    public required JsonText Definition { get; init; }
}

/// <summary>One schedule of a job.</summary>
/// <param name="Expression">As it was written.</param>
/// <param name="Words">In words, or what is wrong with it here.</param>
/// <param name="Zone">The zone on whose clock it is read.</param>
internal sealed record ScheduleLine(string Expression, string Words, string Zone);

/// <summary>Reads the page of one job.</summary>
internal sealed class JobReader(ISilosClient client, ISilosStore store, AlarmGlance alarms, HeatGlance heat, JobHistory history, Surroundings surroundings)
{
    private const int Ahead = 20;
    private const int Runs = 15;
    private const int Ledger = 15;
    private const int Points = 50;
    private const int Changes = 5;

    public async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var key = JobEndpoints.KeyOf(context);
        var cancelled = context.RequestAborted;
        var view = await client.GetAsync(key, cancelled);
        var definition = view.Job.Definition;
        return new JobPage
        {
            View = view,
            Alarms = [.. (await alarms.ReadAsync(key.Tenant, cancelled)).Where(alarm => alarm.Job == key.Name)],
            Schedules = [.. definition.Schedules.Select(spec => Line(spec, key.Name.Value))],
            Next = definition.Schedules.Count == 0 ? [] : await client.PreviewAsync(key, null, Ahead, cancelled),
            Blockers = await client.ExplainAsync(key, cancelled),
            Ledger = await store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(key, Limit: Ledger), cancelled),
            Heat = await heat.ReadAsync(view.Job, frame.Now, cancelled),
            Runs = await client.ListRunsAsync(
                new RunQuery(key.Tenant, new FilterCondition("job", FilterOperator.Equal, [key.Name.Value]), Limit: Runs), cancelled),
            Points = await store.Stats.RecentAsync(key.Tenant, [key.Name], Points, cancelled),
            History = await history.ReadAsync(key, null, Changes, cancelled),
            Definition = JsonText.Trusted(System.Text.Json.JsonSerializer.Serialize(
                Client.Jobs.JobDocument.From(definition), Client.Json.ClientJson.Readable.JobDocument)),
        };
    }

    private ScheduleLine Line(ScheduleSpec spec, string job) =>
        CompiledSchedule.TryCompile(spec, surroundings.Schedules, job, out var schedule, out var problem)
            ? new ScheduleLine(spec.Expression, schedule.Explanation, schedule.Zone.Id)
            : new ScheduleLine(spec.Expression, problem.Message, spec.TimeZone ?? surroundings.Schedules.DefaultTimeZone.Id);
}
