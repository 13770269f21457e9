using System.Globalization;
using Microsoft.AspNetCore.Http;
using Silos.Audit;
using Silos.Client.Audit;
using Silos.Client.Json;
using Silos.Keys;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Audit;

/// <summary><c>/api/audit</c>: who did what.</summary>
internal sealed class AuditEndpoints(ISilosStore store)
{
    public void Map(ApiRoutes api) =>
        api.Get("/api/audit", "ListAudit", "List who did what, latest first", ListAsync)
            .Needs(Role.Admin)
            .Query("job", "Only what was done to this job.")
            .Query("run", "Only what was done to this run.")
            .Query("queue", "Only what was done to this queue.")
            .Query("actor", "Only what this one did, by the name of the credential.")
            .Query("action", "Only this action, such as job.pause; job. stands for everything done to jobs.")
            .Query("since", "Only at or after this instant.")
            .Query("until", "Only before this instant.")
            .Query("cursor", "The next of the previous page.")
            .Query("limit", "How many at most, 1 to 500. Default: 100.")
            .Gives<AuditListResponse>();

    private async Task ListAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var limit = query.Number("limit", 1, 500, 100);
        var wanted = Targeted(query, new AuditQuery(Caller.Of(context).Tenant)) with
        {
            Actor = query.Text("actor"),
            Action = query.Text("action"),
            Since = query.Instant("since"),
            Until = query.Instant("until"),
            Before = query.Long("cursor"),
            Limit = limit + 1,
        };
        query.Close();
        var found = await store.Audit.ListAsync(wanted, context.RequestAborted);
        var items = found.Take(limit).Select(ToResponse).ToList();
        await Answer.OkAsync(
            context, new AuditListResponse(items, found.Count > limit ? items[^1].Id : null), ClientJson.Readable.AuditListResponse);
    }

    private static AuditQuery Targeted(QueryFields query, AuditQuery wanted)
    {
        foreach (var kind in (string[])["job", "run", "queue"])
        {
            if (query.Text(kind) is not { } name)
            {
                continue;
            }

            if (wanted.TargetKind is not null)
            {
                query.Report(kind, name, $"must not be given together with '{wanted.TargetKind}': an action has one target");
            }

            wanted = wanted with { TargetKind = kind, TargetName = name };
        }

        return wanted;
    }

    private static AuditEntryResponse ToResponse(AuditEntry entry) => new(
        entry.Id.ToString(CultureInfo.InvariantCulture),
        entry.At,
        entry.Actor,
        entry.Action,
        new AuditTarget(entry.TargetKind, entry.TargetName),
        entry.Reason is { } reason ? Redactor.Looks(reason) : null,
        entry.Detail);
}
