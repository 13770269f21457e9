using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Jobs;
using Silos.Runs;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Http;

namespace Silos.Web.Jobs;

/// <summary>Where runs are made for the past, for the API and for the pages: within what the tenant may enqueue, and recorded also if only a part came about.</summary>
internal sealed class Backfills(ISilosClient client, RateGate rates, Surroundings surroundings)
{
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 200;

    /// <summary>Counts the runs that would be made.</summary>
    public async Task<BackfillResult> CountAsync(HttpContext context, JobKey job, DateTimeOffset from, DateTimeOffset to)
    {
        AuditNote.Of(context).Nothing = true;
        return await client.BackfillAsync(job, from, to, dryRun: true, Caller.Of(context).Name, context.RequestAborted);
    }

    /// <summary>Makes the runs and notes it for the audit log.</summary>
    /// <exception cref="TooManyException">They are too many for the tenant right now; none was made.</exception>
    /// <exception cref="UnavailableException">A part of them was made; the message says how to have the rest.</exception>
    public async Task<BackfillResult> MakeAsync(HttpContext context, JobKey job, DateTimeOffset from, DateTimeOffset to)
    {
        var request = RequestOf(context);
        var by = Caller.Of(context).Name;
        var counted = await client.BackfillAsync(job, from, to, dryRun: true, by, context.RequestAborted);
        await rates.TakeRunsAsync(job.Tenant, counted.Count, context.RequestAborted);
        var result = await client.BackfillAsync(job, from, to, dryRun: false, by, request, context.RequestAborted);
        var note = AuditNote.Of(context);
        note.Done = result.Runs.Count > 0 || result.Count == 0;
        note.Detail["first"] = InstantText.Format(from);
        note.Detail["last"] = InstantText.Format(to);
        note.Detail["count"] = result.Count;
        if (result.IsWhole)
        {
            return result;
        }

        note.Detail["partial"] = true;
        note.Detail["made"] = result.Runs.Count;
        throw new UnavailableException(
            $"{result.Runs.Count} of {result.Count} runs were made, then the store did not answer. Ask for the same again with the header "
            + $"'{KeyHeader}: {request}': none is made twice.");
    }

    private string RequestOf(HttpContext context)
    {
        var given = context.Request.Headers[KeyHeader];
        return given.Count == 0 ? RunId.New(surroundings.Clock.Now()).ToString()
            : given is [{ Length: > 0 and <= LongestKey } key] ? key
            : throw new InvalidException(KeyHeader, given.ToString(), $"must be one text of at most {LongestKey} characters");
    }
}
