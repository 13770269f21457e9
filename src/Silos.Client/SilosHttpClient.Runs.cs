using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Runs;

namespace Silos.Client;

/// <content>Runs.</content>
public sealed partial class SilosHttpClient
{
    /// <summary>Asks for a run; returns after the server's commit.</summary>
    public Task<EnqueueResponse> EnqueueAsync(EnqueueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _http.SendAsync(
            HttpMethod.Post, "api/runs", Identified(request), ClientJson.Default.EnqueueRequest, ClientJson.Default.EnqueueResponse,
            cancellationToken);
    }

    /// <summary>Asks for many runs in one commit; the answer has their order.</summary>
    public Task<EnqueueBatchResponse> EnqueueManyAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return _http.SendAsync(
            HttpMethod.Post,
            "api/runs/batch",
            new EnqueueBatchRequest([.. requests.Select(Identified)]),
            ClientJson.Default.EnqueueBatchRequest,
            ClientJson.Default.EnqueueBatchResponse,
            cancellationToken);
    }

    /// <summary>Shows a run with attempts, steps and the beginning of its log.</summary>
    public Task<RunDetailsResponse> GetRunAsync(RunId run, CancellationToken cancellationToken) =>
        _http.GetAsync(Run(run), ClientJson.Default.RunDetailsResponse, cancellationToken);

    /// <summary>Waits until a run has ended, asking again whenever the server has waited long enough.</summary>
    public async Task<RunDetailsResponse> WaitAsync(RunId run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var details = await _http.GetAsync(
                Query(Run(run), ("wait", "true")), ClientJson.Default.RunDetailsResponse, cancellationToken);
            if (Words.TryParse<RunState>(details.State, out var state) && state.IsFinal())
            {
                return details;
            }
        }
    }

    /// <summary>Lists runs, newest first.</summary>
    /// <param name="query">What they must match; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RunListResponse> ListRunsAsync(RunListRequest? query, CancellationToken cancellationToken)
    {
        query ??= new RunListRequest();
        var path = Query(
            "api/runs",
            ("state", query.State),
            ("job", query.Job),
            ("handler", query.Handler),
            ("queue", query.Queue),
            ("tag", query.Tag),
            ("since", Text(query.Since)),
            ("until", Text(query.Until)),
            ("filter", query.Filter is { } filter ? System.Text.Json.JsonSerializer.Serialize(filter, ClientJson.Default.FilterDocument) : null),
            ("cursor", query.Cursor),
            ("limit", Text(query.Limit)));
        return _http.GetAsync(path, ClientJson.Default.RunListResponse, cancellationToken);
    }

    /// <summary>Shows a piece of a run's log.</summary>
    public Task<LogResponse> GetLogAsync(RunId run, long after, CancellationToken cancellationToken) => _http.GetAsync(
        Query($"{Run(run)}/log", ("after", after.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        ClientJson.Default.LogResponse,
        cancellationToken);

    /// <summary>Cancels a run: at once if it waits, cooperatively if it runs.</summary>
    /// <exception cref="SilosHttpException">Code <c>run_ended</c>: it has already ended.</exception>
    public Task CancelAsync(RunId run, CancelRunRequest? request, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Post, $"{Run(run)}/cancel", request, ClientJson.Default.CancelRunRequest, cancellationToken);

    /// <summary>Runs an ended run again and returns the id of the new one.</summary>
    public async Task<RunId> RetryAsync(RunId run, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync<object, EnqueueResponse>(
            HttpMethod.Post, $"{Run(run)}/retry", null, null, ClientJson.Default.EnqueueResponse, cancellationToken);
        return RunId.Parse(answer.Id);
    }

    /// <summary>Tells why a run is not running.</summary>
    public Task<ExplainResponse> ExplainRunAsync(RunId run, CancellationToken cancellationToken) =>
        _http.GetAsync($"{Run(run)}/explain", ClientJson.Default.ExplainResponse, cancellationToken);

    /// <summary>Counts runs, in all and by job.</summary>
    public async Task<JobLogStatistics> GetStatisticsAsync(CancellationToken cancellationToken) =>
        (await _http.GetAsync("api/job_logs/statistics", ClientJson.Default.EnvelopeJobLogStatistics, cancellationToken)).Data;

    /// <summary>Lists the job log by pages.</summary>
    public async Task<JobLogPage> ListJobLogsAsync(JobLogListRequest request, CancellationToken cancellationToken) =>
        (await _http.SendAsync(
            HttpMethod.Post, "api/job_logs/list", request, ClientJson.Default.JobLogListRequest, ClientJson.Default.EnvelopeJobLogPage,
            cancellationToken)).Data;

    private static string Run(RunId run) => $"api/runs/{run}";

    private EnqueueRequest Identified(EnqueueRequest request) =>
        request.Id is null ? request with { Id = RunId.New(_clock.Now()).ToString() } : request;
}
