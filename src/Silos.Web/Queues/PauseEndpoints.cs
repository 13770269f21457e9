using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Client.Queues;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Audit;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Queues;

/// <summary><c>/api/pause</c> and <c>/api/resume</c>: everything at once.</summary>
internal sealed class PauseEndpoints(ISilosClient client, ISilosStore store)
{
    /// <summary>What is meant by everything.</summary>
    internal enum Scope
    {
        /// <summary>What the tenant of the request has.</summary>
        Tenant,

        /// <summary>What every tenant has.</summary>
        All,
    }

    public void Map(ApiRoutes api)
    {
        api.Get("/api/pause", "GetPause", "Tell whether everything is paused, by whom and why", GetAsync)
            .Needs(Role.Viewer).Gives<PauseAllResponse>();
        api.Post("/api/pause", "PauseAll", "Pause everything: nothing falls due and nothing starts", PauseAsync)
            .Needs(Role.Operator).Audited("tenant.pause", "tenant")
            .Takes<PauseAllRequest>(optional: true).GivesNothing();
        api.Post("/api/resume", "ResumeAll", "Resume everything", ResumeAsync)
            .Needs(Role.Operator).Audited("tenant.resume", "tenant")
            .Takes<PauseAllRequest>(optional: true).GivesNothing();
    }

    private async Task GetAsync(HttpContext context)
    {
        var pauses = await store.Settings.ReadPausesAsync(Caller.Of(context).Tenant, context.RequestAborted);
        var answer = new PauseAllResponse { Tenant = pauses.Tenant.ToResponse(), All = pauses.All.ToResponse() };
        await Answer.OkAsync(context, answer, ClientJson.Readable.PauseAllResponse);
    }

    private async Task PauseAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var (scope, reason) = await RequestBody.ReadAsync(context, BodyLimits.Small, Read, mayBeEmpty: true);
        Note(context, caller, scope, reason, "installation.pause");
        await client.PauseAllAsync(TenantOf(caller, scope), caller.Name, reason, context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private async Task ResumeAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var (scope, reason) = await RequestBody.ReadAsync(context, BodyLimits.Small, Read, mayBeEmpty: true);
        Note(context, caller, scope, reason, "installation.resume");
        await client.ResumeAllAsync(TenantOf(caller, scope), caller.Name, context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    /// <summary>Notes what is done, and to whom; who looks after one tenant does not stop the others.</summary>
    internal static void Note(HttpContext context, Caller caller, Scope scope, string? reason, string actionOnAll)
    {
        var note = AuditNote.Of(context);
        note.Reason = reason;
        if (scope == Scope.All)
        {
            caller.MustHaveEveryTenant();
            (note.Action, note.TargetKind, note.Target) = (actionOnAll, "installation", "*");
        }
    }

    internal static TenantId? TenantOf(Caller caller, Scope scope) => scope == Scope.All ? null : caller.Tenant;

    private static (Scope Scope, string? Reason) Read(JsonElement json, List<FieldProblem> problems)
    {
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return default;
        }

        var read = (fields.Word<Scope>("scope") ?? Scope.Tenant, fields.Text("reason", 1_000));
        fields.Close();
        return read;
    }
}
