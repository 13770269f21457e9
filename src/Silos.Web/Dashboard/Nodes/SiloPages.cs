using Microsoft.AspNetCore.Http;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Nodes;

/// <summary>What the page about processes shows.</summary>
/// <param name="Nodes">The processes by name.</param>
/// <param name="Health">How the one that answers is doing.</param>
/// <param name="Store">What kind of store they share.</param>
internal sealed record SilosPage(IReadOnlyList<NodeView> Nodes, SilosHealth Health, string Store);

/// <summary>The page about processes, and what one does on it.</summary>
internal sealed class SiloPages(INodes nodes, ISilosHealth health, ISilosStore store)
{
    private const int LongestReason = 1_000;

    public void Map(PageRoutes pages)
    {
        pages.Page<SilosView>("/silos", "SilosPage", ReadAsync);
        pages.Form("/silos/{name}/drain", "DrainSiloForm", Role.Admin, "silo.drain", DrainAsync);
        pages.Form("/silos/{name}/resume", "ResumeSiloForm", Role.Admin, "silo.resume", ResumeAsync);
    }

    private async Task<object> ReadAsync(HttpContext context, Frame frame) => new SilosPage(
        await nodes.ListAsync(context.RequestAborted), await health.CheckAsync(context.RequestAborted), store.Kind);

    private async Task<Done> DrainAsync(HttpContext context, Form form)
    {
        Caller.Of(context).MustHaveEveryTenant();
        var name = RouteName.Of(context);
        var reason = form.Text("reason", LongestReason);
        form.Close();
        await nodes.DrainAsync(name, Caller.Of(context).Name, reason, context.RequestAborted);
        return Done.Well($"'{name}' takes no more runs; what executes there goes on.");
    }

    private async Task<Done> ResumeAsync(HttpContext context, Form form)
    {
        Caller.Of(context).MustHaveEveryTenant();
        var name = RouteName.Of(context);
        form.Close();
        await nodes.ResumeAsync(name, Caller.Of(context).Name, context.RequestAborted);
        return Done.Well($"'{name}' takes runs again.");
    }
}
