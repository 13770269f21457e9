using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Jobs;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Audit;
using Silos.Web.Http;

namespace Silos.Web.Jobs;

/// <summary><c>POST /api/apply</c>: the jobs of a file, all or none.</summary>
internal sealed class ApplyEndpoint(ISilosClient client, ISilosStore store, BodyLimits limits)
{
    private const string Prefix = "apply:";
    private const int MostJobs = 10_000;

    public void Map(ApiRoutes api) =>
        api.Post("/api/apply", "Apply", "Make the jobs of a source exactly these, or tell what that would change", ApplyAsync)
            .Needs(Role.Admin).Audited("job.apply", "source")
            .Takes<ApplyRequest>().Gives<ApplyResponse>();

    private async Task ApplyAsync(HttpContext context)
    {
        var (source, given, prune, dryRun) = await RequestBody.ReadAsync(context, limits.Batch, Read);
        var caller = Caller.Of(context);

        // What was shown can be applied again as it is, and a dry run tells that nothing changes.
        var jobs = await ShownPayload.RestoreAsync(store, caller.Tenant, given, context.RequestAborted);
        var result = await client.ApplyAsync(caller.Tenant, jobs, source, caller.Name, prune, dryRun, context.RequestAborted);
        var note = AuditNote.Of(context);
        note.Target = source;
        note.Nothing = dryRun;
        note.Done = true;
        note.Detail["added"] = result.Added.Count;
        note.Detail["changed"] = result.Changed.Count;
        note.Detail["removed"] = prune ? result.Removed.Count : 0;
        IReadOnlyList<string> unnamed = [.. result.Removed.Select(name => name.Value)];
        var answer = new ApplyResponse(
            source,
            dryRun,
            [.. result.Added.Select(name => name.Value)],
            [.. result.Changed.Select(change => new ApplyChange(change.Name.Value, change.Fields))],
            prune ? unnamed : [],
            prune ? [] : unnamed,
            result.Unchanged);
        await Answer.OkAsync(context, answer, ClientJson.Readable.ApplyResponse);
    }

    private (string Source, IReadOnlyList<JobDefinition> Jobs, bool Prune, bool DryRun) Read(JsonElement json, List<FieldProblem> problems)
    {
        var jobs = new List<JobDefinition>();
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return (string.Empty, jobs, false, false);
        }

        var source = fields.Name("source", required: true);
        if (!fields.TryGet("jobs", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            fields.Report("jobs", null, "must be a list of jobs");
        }
        else if (list.GetArrayLength() is var count && count > MostJobs)
        {
            fields.Report("jobs", null, $"must have at most {MostJobs} entries, not {count}");
        }
        else
        {
            foreach (var (index, item) in list.EnumerateArray().Index())
            {
                if (JobDocument.Read(item, $"jobs[{index}]", null, problems) is { } job)
                {
                    limits.CheckPayload(job.Payload);
                    jobs.Add(job);
                }
            }
        }

        var prune = fields.Flag("prune") ?? false;
        var dryRun = fields.Flag("dryRun") ?? false;
        fields.Close();
        return ($"{Prefix}{source}", jobs, prune, dryRun);
    }
}
