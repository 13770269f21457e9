using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Jobs;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>The pages about jobs, and what one does on them.</summary>
internal sealed class JobPages(ISilosClient client, JobsReader jobs, JobReader job, ChangesReader changes, Backfills backfills, BodyLimits limits, RateGate rates)
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
        pages.Form("/jobs/{name}/trigger", "TriggerForm", Role.Operator, "job.trigger", TriggerAsync);
        pages.Form("/jobs/{name}/backfill", "BackfillForm", Role.Operator, "job.backfill", BackfillAsync);
        pages.Form("/jobs/{name}/pause", "PauseJobForm", Role.Operator, "job.pause", PauseAsync);
        pages.Form("/jobs/{name}/resume", "ResumeJobForm", Role.Operator, "job.resume", ResumeAsync);
    }

    private async Task<object> ShowTriggerAsync(HttpContext context, Frame frame)
    {
        var key = JobEndpoints.KeyOf(context);
        return new TriggerPage(
            await client.GetAsync(key, context.RequestAborted), await client.ExplainAsync(key, context.RequestAborted));
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
        var view = await client.GetAsync(key, context.RequestAborted);
        var (from, to) = Form.Stretch(context.Request.Query);
        if (from is null || to is null)
        {
            return new BackfillPage(view, frame.Now.AddDays(-1), frame.Now, null);
        }

        var result = await client.BackfillAsync(key, from.Value, to.Value, dryRun: true, frame.Caller.Name, context.RequestAborted);
        return new BackfillPage(view, from, to, result.Count);
    }

    private async Task<Done> BackfillAsync(HttpContext context, Form form)
    {
        var key = JobEndpoints.KeyOf(context);
        var from = form.Instant("from");
        var to = form.Instant("to");
        form.Close();
        var result = await backfills.MakeAsync(context, key, from!.Value, to!.Value);
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
