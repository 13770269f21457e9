using Microsoft.AspNetCore.Http;
using Silos.Client;
using Silos.Client.Json;
using Silos.Jobs;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>The pages about jobs, and what one does on them.</summary>
internal sealed class JobPages(
    ISilosClient client, JobsReader jobs, JobReader job, ChangesReader changes, HeatGlance heat, Backfills backfills, BodyLimits limits, RateGate rates, Problems problems)
{
    private const int LongestReason = 1_000;

    public void Map(PageRoutes pages)
    {
        pages.Page<JobsView>("/jobs", "JobsPage", jobs.ReadAsync);
        pages.Page<JobsView>("/@jobs", "JobsPageAtJobs", jobs.ReadAsync);
        pages.Page<JobScreen>("/jobs/{name}", "JobPage", job.ReadAsync);
        pages.Page<ChangesScreen>("/jobs/{name}/changes", "ChangesPage", changes.ReadAsync);
        pages.Page<TriggerScreen>("/jobs/{name}/trigger", "TriggerPage", ShowTriggerAsync);
        pages.Page<BackfillScreen>("/jobs/{name}/backfill", "BackfillPage", ShowBackfillAsync);
        pages.Form("/jobs/{name}/trigger", "TriggerForm", Role.Operator, "job.trigger", TriggerAsync, ShowRefusedTriggerAsync);
        pages.Form("/jobs/{name}/backfill", "BackfillForm", Role.Operator, "job.backfill", BackfillAsync, ShowRefusedBackfillAsync);
        pages.Form("/jobs/{name}/pause", "PauseJobForm", Role.Operator, "job.pause", PauseAsync);
        pages.Form("/jobs/{name}/resume", "ResumeJobForm", Role.Operator, "job.resume", ResumeAsync);
    }

    private async Task<object> ShowTriggerAsync(HttpContext context, Frame frame)
    {
        var key = JobEndpoints.KeyOf(context);
        return new TriggerPage(
            key.Name, await client.GetAsync(key, context.RequestAborted), await client.ExplainAsync(key, context.RequestAborted));
    }

    private async Task<Shown> ShowRefusedTriggerAsync(HttpContext context, Frame frame, Form form, Problem problem)
    {
        var key = JobEndpoints.KeyOf(context);
        var page = new TriggerPage(key.Name, null, [])
        {
            Wish = new TriggerWish(form.Text("payload", int.MaxValue), form.Text("overlap", int.MaxValue)),
            Problem = problem,
        };
        try
        {
            page = page with { View = await client.GetAsync(key, context.RequestAborted), Blockers = await client.ExplainAsync(key, context.RequestAborted) };
        }
        catch (Exception) when (problem.Status == StatusCodes.Status503ServiceUnavailable && !context.RequestAborted.IsCancellationRequested)
        {
            // The store is away, as the page says. What was written is not lost with it.
        }

        return new Shown(typeof(TriggerScreen), page, problem.Status);
    }

    private async Task<Done> TriggerAsync(HttpContext context, Form form)
    {
        var key = JobEndpoints.KeyOf(context);
        var trigger = new TriggerOptions
        {
            Payload = form.Json("payload", (int)limits.Single),
            Overlap = Overlap(form),
            By = Caller.Of(context).Name,
        };
        form.Close();
        limits.CheckPayload(trigger.Payload);
        trigger = await ShownPayload.RestoreAsync(client, key, trigger, Caller.Of(context), context.RequestAborted);
        await rates.TakeRunsAsync(key.Tenant, 1, context.RequestAborted);
        var run = await client.TriggerAsync(key, trigger, context.RequestAborted);
        AuditNote.Of(context).Detail["run"] = run.ToString();
        return Done.Well($"Triggered '{key.Name}'.", $"/runs/{run}");
    }

    private static OverlapMode? Overlap(Form form)
    {
        if (form.Text("overlap", 100) is not { } text)
        {
            return null;
        }

        if (Words.TryParse<OverlapMode>(text, out var mode))
        {
            return mode;
        }

        form.Report("overlap", text, $"must be one of {Words.List<OverlapMode>()}");
        return null;
    }

    private async Task<object> ShowBackfillAsync(HttpContext context, Frame frame)
    {
        var key = JobEndpoints.KeyOf(context);
        await client.GetAsync(key, context.RequestAborted);
        try
        {
            var (from, to) = Form.Stretch(context.Request.Query);
            if (from is null || to is null)
            {
                return new BackfillPage(key.Name, frame.Now.AddDays(-1), frame.Now, null);
            }

            var result = await client.BackfillAsync(key, from.Value, to.Value, dryRun: true, frame.Caller.Name, context.RequestAborted);
            return new BackfillPage(key.Name, from, to, result.Count);
        }
        catch (InvalidException exception)
        {
            return Refused(key.Name, context.Request.Query["from"], context.Request.Query["to"], problems.Tell(context, exception));
        }
    }

    private static Task<Shown> ShowRefusedBackfillAsync(HttpContext context, Frame frame, Form form, Problem problem) => Task.FromResult(
        Refused(JobEndpoints.KeyOf(context).Name, form.Text("from", int.MaxValue), form.Text("to", int.MaxValue), problem));

    private static Shown Refused(JobName name, string? from, string? to, Problem problem) => new(
        typeof(BackfillScreen), new BackfillPage(name, Form.Written(from), Form.Written(to), null) { Problem = problem }, problem.Status);

    private async Task<Done> BackfillAsync(HttpContext context, Form form)
    {
        var key = JobEndpoints.KeyOf(context);
        var from = form.Instant("from");
        var to = form.Instant("to");
        form.Close();
        var result = await backfills.MakeAsync(context, key, from!.Value, to!.Value);
        heat.Forget(key);
        return Done.Well(
            $"Made {result.Runs.Count} run{(result.Runs.Count == 1 ? string.Empty : "s")} for the past.", $"/jobs/{Uri.EscapeDataString(key.Name.Value)}");
    }

    private async Task<Done> PauseAsync(HttpContext context, Form form)
    {
        var key = JobEndpoints.KeyOf(context);
        var reason = form.Text("reason", LongestReason);
        form.Close();
        await client.PauseAsync(key, Caller.Of(context).Name, reason, context.RequestAborted);
        return Done.Well($"'{key.Name}' is paused: nothing falls due until somebody resumes it.");
    }

    private async Task<Done> ResumeAsync(HttpContext context, Form form)
    {
        var key = JobEndpoints.KeyOf(context);
        form.Close();
        await client.ResumeAsync(key, Caller.Of(context).Name, null, context.RequestAborted);
        return Done.Well($"'{key.Name}' goes on; its catch-up policy decides about the time it was paused.");
    }
}
