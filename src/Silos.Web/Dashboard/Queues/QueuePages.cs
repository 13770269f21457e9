using System.Globalization;
using Microsoft.AspNetCore.Http;
using Silos.Alarms;
using Silos.Client;
using Silos.Keys;
using Silos.Queues;
using Silos.Schedules;
using Silos.Web.Dashboard.Alarms;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Queues;

/// <summary>What the page about queues shows.</summary>
/// <param name="Picture">The queues.</param>
/// <param name="Alarms">The alarms that are on.</param>
internal sealed record QueuesPage(QueuePicture Picture, ILookup<QueueName, Alarm> Alarms)
{
    /// <summary>Gets the limits that were refused; null if none were.</summary>
    public RefusedLimits? Refused { get; init; }

    /// <summary>Gets what stands in the form for a queue's limits.</summary>
    public LimitsWish WishOf(QueueView queue) => Refused is { } refused && refused.Queue == queue.Queue.Name ? refused.Wish : LimitsWish.Of(queue.Limits);

    /// <summary>Tells what is wrong with a field of the form for a queue's limits; null if nothing is.</summary>
    public string? WrongWith(QueueView queue, string field) => Refused is { } refused && refused.Queue == queue.Queue.Name ? FormField.WrongWith(refused.Problem, field) : null;
}

/// <summary>Limits that were refused.</summary>
/// <param name="Queue">Those of which queue.</param>
/// <param name="Wish">What was written.</param>
/// <param name="Problem">Why it was refused.</param>
internal sealed record RefusedLimits(QueueName Queue, LimitsWish Wish, Problem Problem);

/// <summary>What the limits of a queue shall be, as written.</summary>
/// <param name="MaxConcurrency">How many at once.</param>
/// <param name="Rate">How many starts per interval.</param>
/// <param name="RateInterval">The interval.</param>
/// <param name="Burst">How many starts at once.</param>
/// <param name="Weight">Its share.</param>
internal sealed record LimitsWish(string? MaxConcurrency, string? Rate, string? RateInterval, string? Burst, string? Weight)
{
    /// <summary>Writes limits as one would.</summary>
    public static LimitsWish Of(QueueLimits limits) => new(
        Text(limits.MaxConcurrency), Text(limits.Rate), limits.Rate is null ? null : DurationText.Format(limits.RateInterval), Text(limits.Burst), Text(limits.Weight));

    /// <summary>Takes what was written.</summary>
    public static LimitsWish Of(Form form) => new(
        form.Text("maxConcurrency", int.MaxValue), form.Text("rate", int.MaxValue), form.Text("rateInterval", int.MaxValue), form.Text("burst", int.MaxValue), form.Text("weight", int.MaxValue));

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The page about queues, and what one does on it.</summary>
internal sealed class QueuePages(ISilosClient client, QueueGlance glance, AlarmGlance alarms)
{
    private const int LongestReason = 1_000;

    public void Map(PageRoutes pages)
    {
        pages.Page<QueuesView>("/queues", "QueuesPage", ReadAsync);
        pages.Form("/queues/{name}/pause", "PauseQueueForm", Role.Operator, "queue.pause", PauseAsync);
        pages.Form("/queues/{name}/resume", "ResumeQueueForm", Role.Operator, "queue.resume", ResumeAsync);
        pages.Form("/queues/{name}/limits", "QueueLimitsForm", Role.Admin, "queue.limits", PutLimitsAsync, ShowRefusedLimitsAsync);
    }

    private static QueueKey KeyOf(HttpContext context) =>
        new(Caller.Of(context).Tenant, QueueName.Parse(RouteName.Of(context)));

    private async Task<object> ReadAsync(HttpContext context, Frame frame) => await ReadPageAsync(context, frame);

    private async Task<Shown> ShowRefusedLimitsAsync(HttpContext context, Frame frame, Form form, Problem problem) => new(
        typeof(QueuesView),
        await ReadPageAsync(context, frame) with { Refused = new RefusedLimits(KeyOf(context).Name, LimitsWish.Of(form), problem) },
        problem.Status);

    private async Task<QueuesPage> ReadPageAsync(HttpContext context, Frame frame)
    {
        var on = await alarms.ReadAsync(frame.Caller.Tenant, context.RequestAborted);
        return new QueuesPage(
            await glance.ReadAsync(frame.Caller.Tenant, context.RequestAborted),
            on.Where(alarm => alarm.Queue is not null).ToLookup(alarm => alarm.Queue!.Value));
    }

    private async Task<Done> PauseAsync(HttpContext context, Form form)
    {
        var key = KeyOf(context);
        var reason = form.Text("reason", LongestReason);
        form.Close();
        await client.PauseQueueAsync(key, Caller.Of(context).Name, reason, context.RequestAborted);
        glance.Forget(key.Tenant);
        return Done.Well($"Queue '{key.Name}' starts nothing more; what runs goes on.");
    }

    private async Task<Done> ResumeAsync(HttpContext context, Form form)
    {
        var key = KeyOf(context);
        form.Close();
        await client.ResumeQueueAsync(key, Caller.Of(context).Name, context.RequestAborted);
        glance.Forget(key.Tenant);
        return Done.Well($"Queue '{key.Name}' goes on.");
    }

    private async Task<Done> PutLimitsAsync(HttpContext context, Form form)
    {
        var key = KeyOf(context);
        var limits = new QueueLimits
        {
            MaxConcurrency = form.Number("maxConcurrency", 1, 1_000_000),
            Rate = form.Number("rate", 1, 1_000_000),
            RateInterval = form.Duration("rateInterval") ?? QueueLimits.None.RateInterval,
            Burst = form.Number("burst", 1, 1_000_000),
            Weight = form.Number("weight", 1, 1_000) ?? QueueLimits.None.Weight,
        };
        if (limits is { Rate: null, Burst: not null })
        {
            form.Report("burst", limits.Burst, "has a meaning only together with 'rate'");
        }

        form.Close();
        await client.SetQueueLimitsAsync(key, limits, context.RequestAborted);
        glance.Forget(key.Tenant);
        return Done.Well($"The limits of queue '{key.Name}' are set.");
    }
}
