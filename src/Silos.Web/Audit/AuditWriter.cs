using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Silos.Audit;
using Silos.Stores;
using Silos.Web.Access;
using Silos.Web.Http;

namespace Silos.Web.Audit;

/// <summary>Records who did what: every write that a route names and that succeeded, in part at least, before its answer leaves.</summary>
internal sealed partial class AuditWriter(ISilosStore store, Proxies proxies, Surroundings surroundings, ILogger<AuditWriter> logger)
{
    /// <summary>
    /// Records what the route of a request does, once it is known to be done. Such a request is carried through also if the caller goes away: otherwise
    /// nobody would know whether it is done, and the record would say what is not so.
    /// </summary>
    public void Watch(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RouteAudit>() is { Action: not null } route)
        {
            var note = AuditNote.Of(context);
            note.CallerGone = context.RequestAborted;
            context.RequestAborted = CancellationToken.None;
            context.Response.OnStarting(() => note.Done || (!note.GivenUp && context.Response.StatusCode < StatusCodes.Status400BadRequest)
                ? WriteAsync(context, Caller.Of(context), route)
                : Task.CompletedTask);
        }
    }

    /// <summary>Notes that the endpoint of a request gave up.</summary>
    public static void GiveUp(HttpContext context)
    {
        if (context.Features.Get<AuditNote>() is { } note)
        {
            note.GivenUp = true;
            if (note.CallerGone.CanBeCanceled)
            {
                // From here on only the answer is written, which nobody may be there to read.
                context.RequestAborted = note.CallerGone;
            }
        }
    }

    /// <summary>Records something now.</summary>
    public async Task WriteAsync(HttpContext context, Caller caller, RouteAudit route)
    {
        var note = AuditNote.Of(context);
        if (note.Nothing)
        {
            return;
        }

        note.Detail["by"] = $"{CallerWords.Of(caller.Kind)}:{caller.Credential}";
        if (proxies.OriginOf(context).Remote is { } remote)
        {
            note.Detail["from"] = remote.ToString();
        }

        var entry = new AuditEntry
        {
            At = surroundings.Clock.Now(),
            Tenant = note.Tenant ?? caller.Tenant,
            Actor = caller.Name,
            Action = note.Action ?? route.Action!,
            TargetKind = note.TargetKind ?? route.TargetKind,
            TargetName = note.Target ?? NameOf(context) ?? caller.Tenant.Value,
            Reason = note.Reason,
            Detail = JsonText.Trusted(note.Detail.ToJsonString()),
        };
        try
        {
            // Not the caller's patience: what is done is recorded even if nobody waits for the answer any more.
            await store.Audit.AppendAsync(entry, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // It is done; telling the caller otherwise would have it done twice. This line is the record then.
            LogNotRecorded(exception, entry.Actor, entry.Action, entry.TargetKind, entry.TargetName, entry.Tenant, entry.Reason, entry.Detail?.Text);
        }
    }

    private static string? NameOf(HttpContext context) =>
        context.GetRouteValue("name") is string ? RouteName.Of(context) : context.GetRouteValue("id") as string;

    [LoggerMessage(LogLevel.Error, "The audit log could not be written: {Actor} did {Action} to {Kind} {Target} of {Tenant}, reason {Reason}, {Detail}")]
    private partial void LogNotRecorded(
        Exception exception, string actor, string action, string kind, string target, TenantId tenant, string? reason, string? detail);
}
