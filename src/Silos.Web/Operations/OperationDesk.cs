using Microsoft.AspNetCore.Http;
using Silos.Operations;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Audit;
using Silos.Web.Http;

namespace Silos.Web.Operations;

/// <summary>Where operations are counted and begun, for the API and for the pages.</summary>
internal sealed class OperationDesk(OperationBook book, Surroundings surroundings)
{
    /// <summary>How long a reason may be.</summary>
    public const int LongestReason = 1_000;

    /// <summary>Counts the runs that an operation would take.</summary>
    public Task<long> CountAsync(TenantId tenant, OperationAction action, Filter filter, CancellationToken cancellationToken) =>
        book.CountAsync(tenant, action, filter, cancellationToken).AsTask();

    /// <summary>Begins an operation and notes it for the audit log. Without <paramref name="matched"/> nobody knows how many runs it will take.</summary>
    /// <exception cref="ConflictException">Too many of the tenant are under way.</exception>
    public async Task<Operation> StartAsync(HttpContext context, OperationAction action, Filter filter, string? reason, long? matched)
    {
        var caller = Caller.Of(context);
        var now = surroundings.Clock.Now();
        var operation = new Operation
        {
            Id = RunId.New(now),
            Tenant = caller.Tenant,
            Action = action,
            Filter = FilterJson.Write(filter),
            By = caller.Name,
            Reason = reason,
            Matched = matched ?? 0,
            Uncounted = matched is null,
            StartedAt = now,
        };
        var note = AuditNote.Of(context);
        note.Reason = reason;
        note.Target = operation.Id.ToString();
        await book.AddAsync(operation, context.RequestAborted);
        return operation;
    }
}
