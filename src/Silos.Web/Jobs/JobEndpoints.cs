using Microsoft.AspNetCore.Http;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Schedules;
using Silos.Jobs;
using Silos.Keys;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Audit;
using Silos.Web.Http;

namespace Silos.Web.Jobs;

/// <summary><c>/api/jobs</c>: what is registered.</summary>
internal sealed class JobEndpoints(ISilosClient client, ISilosStore store, JobHistory history, BodyLimits limits)
{
    private const string Source = "api";

    public void Map(ApiRoutes api)
    {
        api.Get("/api/jobs", "ListJobs", "List jobs by name", ListAsync)
            .Needs(Role.Viewer)
            .Query("search", "Only names that contain this, whatever their case.")
            .Query("source", "Only jobs from this source, such as api or file:silos.yaml.")
            .Query("tag", "Only jobs with this tag.")
            .Query("after", "Only names after this one; see next.")
            .Query("limit", "How many at most, 1 to 500. Default: 100.")
            .Gives<JobListResponse>();
        api.Get("/api/jobs/{name}", "GetJob", "Show a job with what is going on", GetAsync)
            .Needs(Role.Viewer).Gives<JobResponse>();
        api.Put("/api/jobs/{name}", "PutJob", "Register a job, or change it", PutAsync)
            .Needs(Role.Admin).Audited("job.put", "job")
            .Takes<JobDocument>().Gives<JobResponse>().Gives<JobResponse>(StatusCodes.Status201Created);
        api.Delete("/api/jobs/{name}", "DeleteJob", "Delete a job, its ledger and the history of its definitions; its runs stay", DeleteAsync)
            .Needs(Role.Admin).Audited("job.delete", "job").GivesNothing();
        api.Get("/api/jobs/{name}/occurrences", "ListOccurrences", "List a job's ledger, latest due instant first", OccurrencesAsync)
            .Needs(Role.Viewer)
            .Query("before", "Only due instants before this one; see next.")
            .Query("since", "Only due instants at or after this one.")
            .Query("limit", "How many at most, 1 to 1000. Default: 100.")
            .Gives<OccurrenceListResponse>();
        api.Get("/api/jobs/{name}/definitions", "ListDefinitions", "List the definitions that a job has and had, latest first, with what each changed", DefinitionsAsync)
            .Needs(Role.Viewer)
            .Query("before", "Only versions with a lower number; see next.")
            .Query("limit", "How many at most, 1 to 50. Default: 20.")
            .Gives<DefinitionListResponse>();
        api.Get("/api/jobs/{name}/preview", "PreviewJob", "Show a job's next due instants", PreviewAsync)
            .Needs(Role.Viewer)
            .Query("count", "How many, 1 to 1000. Default: 10.")
            .Query("from", "After which instant. Default: now.")
            .Gives<JobPreviewResponse>();
        api.Get("/api/jobs/{name}/explain", "ExplainJob", "Tell why a job is not running", ExplainAsync)
            .Needs(Role.Viewer).Gives<ExplainResponse>();
    }

    internal static JobKey KeyOf(HttpContext context) =>
        new(Caller.Of(context).Tenant, JobName.Parse(RouteName.Of(context)));

    private async Task ListAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var limit = query.Number("limit", 1, 500, 100);
        var wanted = new JobQuery(Caller.Of(context).Tenant, Limit: limit + 1)
        {
            Search = query.Text("search"),
            Source = query.Text("source"),
            Tag = query.Text("tag"),
        };
        if (query.Text("after") is { } after)
        {
            if (Names.IsValid(after, out var problem))
            {
                wanted = wanted with { After = JobName.Parse(after) };
            }
            else
            {
                query.Report("after", after, problem);
            }
        }

        query.Close();
        var jobs = await client.ListAsync(wanted, context.RequestAborted);
        var items = jobs.Take(limit).Select(job => job.ToResponse()).ToList();
        var answer = new JobListResponse(items, jobs.Count > limit ? items[^1].Name : null);
        await Answer.OkAsync(context, answer, ClientJson.Readable.JobListResponse);
    }

    private async Task GetAsync(HttpContext context)
    {
        await ShowAsync(context, KeyOf(context), StatusCodes.Status200OK);
    }

    private async Task PutAsync(HttpContext context)
    {
        var key = KeyOf(context);
        var definition = await RequestBody.ReadAsync(context, limits.Single, (json, problems) =>
        {
            var read = JobDocument.Read(json, string.Empty, key.Name.Value, problems);
            limits.CheckPayload(read?.Payload);
            return read;
        });
        var stored = await store.Jobs.FindAsync(key, context.RequestAborted);
        if (definition!.Payload is { } payload)
        {
            // What was shown can be put again as it is.
            definition = definition with { Payload = Redactor.Restore(payload, stored?.Definition.Payload, "payload") };
        }

        var known = stored is not null;
        AuditNote.Of(context).Detail["created"] = !known;
        await client.RegisterAsync(key.Tenant, definition, Source, Caller.Of(context).Name, context.RequestAborted);
        await ShowAsync(context, key, !known ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        await client.DeleteAsync(KeyOf(context), context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private async Task OccurrencesAsync(HttpContext context)
    {
        var key = KeyOf(context);
        var query = new QueryFields(context.Request.Query);
        var limit = query.Number("limit", 1, 1_000, 100);
        var wanted = new OccurrenceQuery(key, query.Instant("before"), query.Instant("since"), limit + 1);
        query.Close();

        // A job that does not exist has no ledger, which is something other than an empty one.
        await client.GetAsync(key, context.RequestAborted);
        var found = await store.Jobs.ListOccurrencesAsync(wanted, context.RequestAborted);
        var items = found.Take(limit).Select(occurrence => occurrence.ToResponse()).ToList();
        var answer = new OccurrenceListResponse(items, found.Count > limit ? items[^1].DueAt : null);
        await Answer.OkAsync(context, answer, ClientJson.Readable.OccurrenceListResponse);
    }

    private async Task DefinitionsAsync(HttpContext context)
    {
        var key = KeyOf(context);
        var query = new QueryFields(context.Request.Query);
        var limit = query.Number("limit", 1, DefinitionVersion.Kept, 20);
        var before = query.Long("before");
        query.Close();
        await client.GetAsync(key, context.RequestAborted);
        var page = await history.ReadAsync(key, before, limit, context.RequestAborted);
        var answer = new DefinitionListResponse([.. page.Items.Select(item => item.ToResponse())], page.Next);
        await Answer.OkAsync(context, answer, ClientJson.Readable.DefinitionListResponse);
    }

    private async Task PreviewAsync(HttpContext context)
    {
        var key = KeyOf(context);
        var query = new QueryFields(context.Request.Query);
        var count = query.Number("count", 1, 1_000, 10);
        var from = query.Instant("from");
        query.Close();
        var occurrences = await client.PreviewAsync(key, from, count, context.RequestAborted);
        var answer = new JobPreviewResponse([.. occurrences.Select(occurrence => occurrence.ToResponse())]);
        await Answer.OkAsync(context, answer, ClientJson.Readable.JobPreviewResponse);
    }

    private async Task ExplainAsync(HttpContext context)
    {
        var blockers = await client.ExplainAsync(KeyOf(context), context.RequestAborted);
        await Answer.OkAsync(context, blockers.ToResponse(), ClientJson.Readable.ExplainResponse);
    }

    private async Task ShowAsync(HttpContext context, JobKey key, int status)
    {
        var view = await client.GetAsync(key, context.RequestAborted);
        if (status == StatusCodes.Status201Created)
        {
            context.Response.Headers.Location = $"/api/jobs/{Uri.EscapeDataString(key.Name.Value)}";
        }

        await Answer.WriteAsync(context, status, view.ToResponse(), ClientJson.Readable.JobResponse);
    }
}
