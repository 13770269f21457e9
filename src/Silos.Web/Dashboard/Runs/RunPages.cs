using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Keys;
using Silos.Runs;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Runs;

/// <summary>The pages about runs, and what one does on them.</summary>
internal sealed class RunPages(ISilosClient client, RunsReader runs, RunReader run, RateGate rates, Surroundings surroundings)
{
    private const int LongestReason = 1_000;

    public void Map(PageRoutes pages)
    {
        pages.Page<RunsView>("/runs", "RunsPage", runs.ReadAsync);
        pages.Page<RunScreen>("/runs/{id}", "RunPage", run.ReadAsync);
        pages.Form("/runs/{id}/cancel", "CancelRunForm", Role.Operator, "run.cancel", CancelAsync);
        pages.Form("/runs/{id}/retry", "RetryRunForm", Role.Operator, "run.retry", RetryAsync);
    }

    /// <summary>Gets the run that an address names. What is no id names no run.</summary>
    internal static (TenantId Tenant, RunId Id) KeyOf(HttpContext context)
    {
        var text = (string)context.GetRouteValue("id")!;
        return RunId.TryParse(text, out var id) ? (Caller.Of(context).Tenant, id) : throw new NotFoundException("run", text);
    }

    private async Task<Done> CancelAsync(HttpContext context, Form form)
    {
        var (tenant, id) = KeyOf(context);
        var request = new CancelRequest(Caller.Of(context).Name, form.Text("reason", LongestReason), surroundings.Clock.Now())
        {
            Terminate = form.Flag("terminate"),
        };
        form.Close();
        return await client.CancelAsync(tenant, id, request, context.RequestAborted)
            ? Done.Well("The run was asked to stop.")
            : throw new ConflictException("The run had already ended.", "run_ended");
    }

    private async Task<Done> RetryAsync(HttpContext context, Form form)
    {
        var (tenant, id) = KeyOf(context);
        form.Close();
        await rates.TakeRunsAsync(tenant, 1, context.RequestAborted);
        var again = await client.RetryAsync(tenant, id, Caller.Of(context).Name, context.RequestAborted);
        AuditNote.Of(context).Detail["run"] = again.ToString();
        return Done.Well("Running again, as this new run with the same payload.", $"/runs/{again}");
    }
}
