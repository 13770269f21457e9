using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Client.Schedules;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;

namespace Silos.Client;

/// <content>Jobs and schedules.</content>
public sealed partial class SilosHttpClient
{
    /// <summary>Registers a job, or changes it.</summary>
    public Task<JobResponse> RegisterAsync(JobDefinition definition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return PutJobAsync(definition.Name.Value, JobDocument.From(definition), cancellationToken);
    }

    /// <summary>Registers a job, or changes it, as a document.</summary>
    public Task<JobResponse> PutJobAsync(string name, JobDocument document, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Put, Job(name), document, ClientJson.Default.JobDocument, ClientJson.Default.JobResponse, cancellationToken);

    /// <summary>Makes the jobs of a source exactly those that are named, or tells what that would change.</summary>
    /// <exception cref="SilosHttpException">Code <c>invalid</c>: a definition is wrong; <c>duplicate</c>: a job belongs to another source.
    /// Nothing was written.</exception>
    public Task<ApplyResponse> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Post, "api/apply", request, ClientJson.Default.ApplyRequest, ClientJson.Default.ApplyResponse, cancellationToken);

    /// <summary>Shows a job with what is going on.</summary>
    public Task<JobResponse> GetJobAsync(string name, CancellationToken cancellationToken) =>
        _http.GetAsync(Job(name), ClientJson.Default.JobResponse, cancellationToken);

    /// <summary>Lists jobs by name.</summary>
    /// <param name="after">Only names after this one: the <see cref="JobListResponse.Next"/> of the page before.</param>
    /// <param name="limit">How many at most, 1 to 500; null for the server's default.</param>
    /// <param name="search">Only names that contain this.</param>
    /// <param name="source">Only jobs from this source.</param>
    /// <param name="tag">Only jobs with this tag.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<JobListResponse> ListJobsAsync(
        string? after = null, int? limit = null, string? search = null, string? source = null, string? tag = null,
        CancellationToken cancellationToken = default) => _http.GetAsync(
            Query("api/jobs", ("after", after), ("limit", Text(limit)), ("search", search), ("source", source), ("tag", tag)),
            ClientJson.Default.JobListResponse,
            cancellationToken);

    /// <summary>Deletes a job, its ledger and the history of its definitions; its runs stay.</summary>
    public Task DeleteJobAsync(string name, CancellationToken cancellationToken) =>
        _http.SendAsync<object>(HttpMethod.Delete, Job(name), null, null, cancellationToken);

    /// <summary>Runs a job now and returns the id of the run.</summary>
    /// <exception cref="SilosHttpException">Code <c>job_already_running</c>: it is running and its overlap policy is <c>skip</c>.</exception>
    public async Task<RunId> TriggerAsync(string name, TriggerRequest? request, CancellationToken cancellationToken)
    {
        var (_, id) = await PostTriggerAsync(name, (request ?? new TriggerRequest()) with { Wait = null }, cancellationToken);
        return id;
    }

    /// <summary>Runs a job now and waits for its outcome.</summary>
    public async Task<RunResponse> TriggerAndWaitAsync(string name, TriggerRequest? request, CancellationToken cancellationToken)
    {
        var (run, id) = await PostTriggerAsync(name, (request ?? new TriggerRequest()) with { Wait = "true" }, cancellationToken);
        return run ?? await WaitAsync(id, cancellationToken);
    }

    /// <summary>Stops a job from falling due.</summary>
    public Task<JobResponse> PauseJobAsync(string name, string? reason, CancellationToken cancellationToken) =>
        PostReasonAsync($"{Job(name)}/pause", reason, cancellationToken);

    /// <summary>Lets a job fall due again.</summary>
    public Task<JobResponse> ResumeJobAsync(string name, string? reason, CancellationToken cancellationToken) =>
        PostReasonAsync($"{Job(name)}/resume", reason, cancellationToken);

    /// <summary>Lists a job's ledger, latest due instant first.</summary>
    public Task<OccurrenceListResponse> ListOccurrencesAsync(
        string name, DateTimeOffset? before = null, DateTimeOffset? since = null, int? limit = null,
        CancellationToken cancellationToken = default) => _http.GetAsync(
            Query($"{Job(name)}/occurrences", ("before", Text(before)), ("since", Text(since)), ("limit", Text(limit))),
            ClientJson.Default.OccurrenceListResponse,
            cancellationToken);

    /// <summary>Lists the definitions that a job has and had, latest first, with what each changed.</summary>
    /// <param name="name">The job.</param>
    /// <param name="before">Only versions with a lower number: the <see cref="DefinitionListResponse.Next"/> of the page before.</param>
    /// <param name="limit">How many at most, 1 to 50; null for the server's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<DefinitionListResponse> ListDefinitionsAsync(
        string name, long? before = null, int? limit = null, CancellationToken cancellationToken = default) => _http.GetAsync(
            Query($"{Job(name)}/definitions", ("before", before?.ToString(CultureInfo.InvariantCulture)), ("limit", Text(limit))),
            ClientJson.Default.DefinitionListResponse,
            cancellationToken);

    /// <summary>Shows a job's next due instants.</summary>
    public Task<JobPreviewResponse> PreviewAsync(
        string name, DateTimeOffset? from = null, int? count = null, CancellationToken cancellationToken = default) => _http.GetAsync(
            Query($"{Job(name)}/preview", ("from", Text(from)), ("count", Text(count))),
            ClientJson.Default.JobPreviewResponse,
            cancellationToken);

    /// <summary>Explains an expression and shows its next due instants.</summary>
    public Task<SchedulePreviewResponse> PreviewScheduleAsync(
        ScheduleSpec schedule, DateTimeOffset? from = null, int? count = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var path = Query(
            "api/schedules/preview",
            ("expression", schedule.Expression),
            ("timeZone", schedule.TimeZone),
            ("daylightSaving", Words.Text(schedule.DaylightSaving)),
            ("from", Text(from)),
            ("count", Text(count)));
        return _http.GetAsync(path, ClientJson.Default.SchedulePreviewResponse, cancellationToken);
    }

    /// <summary>Tells why a job is not running.</summary>
    public Task<ExplainResponse> ExplainJobAsync(string name, CancellationToken cancellationToken) =>
        _http.GetAsync($"{Job(name)}/explain", ClientJson.Default.ExplainResponse, cancellationToken);

    /// <summary>Makes runs for due instants of the past.</summary>
    public Task<BackfillResponse> BackfillAsync(string name, BackfillRequest request, CancellationToken cancellationToken) =>
        _http.SendAsync(
            HttpMethod.Post, $"{Job(name)}/backfill", request, ClientJson.Default.BackfillRequest, ClientJson.Default.BackfillResponse,
            cancellationToken);

    /// <summary>Makes runs for due instants of the past; of the same key, job and range none is made twice.</summary>
    /// <param name="name">The job.</param>
    /// <param name="request">The range.</param>
    /// <param name="idempotencyKey">Names the request, 1 to 200 characters; best a UUID of version 7.</param>
    /// <param name="cancellationToken">Gives up; the runs may have been made.</param>
    public Task<BackfillResponse> BackfillAsync(string name, BackfillRequest request, string idempotencyKey, CancellationToken cancellationToken) =>
        _http.SendOnceAsync(
            HttpMethod.Post, $"{Job(name)}/backfill", request, ClientJson.Default.BackfillRequest, ClientJson.Default.BackfillResponse,
            idempotencyKey, cancellationToken);

    private static string Job(string name) => $"api/jobs/{Escape(name)}";

    private Task<JobResponse> PostReasonAsync(string path, string? reason, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Post, path, new ReasonRequest { Reason = reason }, ClientJson.Default.ReasonRequest, ClientJson.Default.JobResponse,
        cancellationToken);

    private async Task<(RunResponse? Ended, RunId Id)> PostTriggerAsync(
        string name, TriggerRequest request, CancellationToken cancellationToken)
    {
        request = request with { Id = request.Id ?? RunId.New(_clock.Now()).ToString() };
        using var response = await _http.SendCheckedAsync(
            HttpMethod.Post, $"{Job(name)}/trigger", request, ClientJson.Default.TriggerRequest, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (null, RunId.Parse(request.Id));
        }

        var run = await response.Content.ReadFromJsonAsync(ClientJson.Default.RunResponse, cancellationToken);
        return (run, RunId.Parse(request.Id));
    }
}
