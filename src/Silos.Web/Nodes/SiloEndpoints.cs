using Microsoft.AspNetCore.Http;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Nodes;
using Silos.Keys;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Nodes;

/// <summary><c>/api/silos</c>: the processes that Silos runs in.</summary>
internal sealed class SiloEndpoints(INodes nodes)
{
    public void Map(ApiRoutes api)
    {
        api.Get("/api/silos", "ListSilos", "List the processes, each with what it does and how busy it is", ListAsync)
            .Needs(Role.Viewer).Gives<SiloListResponse>();
        api.Post("/api/silos/{name}/drain", "DrainSilo", "Make a process take no more runs; what executes goes on", DrainAsync)
            .Needs(Role.Admin).Audited("silo.drain", "silo")
            .Takes<ReasonRequest>(optional: true).GivesNothing();
        api.Post("/api/silos/{name}/resume", "ResumeSilo", "Let a drained process take runs again", ResumeAsync)
            .Needs(Role.Admin).Audited("silo.resume", "silo")
            .Takes<ReasonRequest>(optional: true).GivesNothing();
    }

    /// <summary>Gets the process that the address names. It runs the runs of every tenant, so only who looks after all of them may say what it does.</summary>
    private async Task<string> NameOfAsync(HttpContext context)
    {
        Caller.Of(context).MustHaveEveryTenant();
        var name = RouteName.Of(context);
        if (!Names.IsValid(name, out var problem))
        {
            throw new InvalidException("name", name, problem);
        }

        if (!(await nodes.ListAsync(context.RequestAborted)).Any(node => node.Name == name))
        {
            throw new NotFoundException("silo", name);
        }

        return name;
    }

    private async Task ListAsync(HttpContext context)
    {
        var found = await nodes.ListAsync(context.RequestAborted);
        var answer = new SiloListResponse([.. found.Select(ToResponse)]);
        await Answer.OkAsync(context, answer, ClientJson.Readable.SiloListResponse);
    }

    private async Task DrainAsync(HttpContext context)
    {
        var reason = await ReasonBody.ReadAsync(context);
        var name = await NameOfAsync(context);
        await nodes.DrainAsync(name, Caller.Of(context).Name, reason, context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private async Task ResumeAsync(HttpContext context)
    {
        await ReasonBody.ReadAsync(context);
        var name = await NameOfAsync(context);
        await nodes.ResumeAsync(name, Caller.Of(context).Name, context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private static SiloResponse ToResponse(NodeView node) => new()
    {
        Name = node.Name,
        Address = node.Address,
        Version = node.Version.Length == 0 ? null : node.Version,
        State = Words.Text(node.State),
        Drain = node.Drain.ToResponse(),
        Roles = node.Roles,
        StartedAt = node.StartedAt,
        Slots = node.Slots,
        Busy = node.Busy,
        Partitions = node.Partitions,
        Handlers = node.Handlers,
    };
}
