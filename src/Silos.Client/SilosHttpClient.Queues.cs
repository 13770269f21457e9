using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Queues;

namespace Silos.Client;

/// <content>Queues, and pausing everything.</content>
public sealed partial class SilosHttpClient
{
    /// <summary>Lists queues with settings and depth.</summary>
    public Task<QueueListResponse> ListQueuesAsync(CancellationToken cancellationToken) =>
        _http.GetAsync("api/queues", ClientJson.Default.QueueListResponse, cancellationToken);

    /// <summary>Stops a queue from starting runs.</summary>
    public Task PauseQueueAsync(string name, string? reason, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Post, $"api/queues/{Escape(name)}/pause", new ReasonRequest { Reason = reason }, ClientJson.Default.ReasonRequest,
        cancellationToken);

    /// <summary>Lets a queue start runs again.</summary>
    public Task ResumeQueueAsync(string name, CancellationToken cancellationToken) =>
        _http.SendAsync<object>(HttpMethod.Post, $"api/queues/{Escape(name)}/resume", null, null, cancellationToken);

    /// <summary>Sets a queue's limits; what is null is not limited.</summary>
    public Task SetQueueLimitsAsync(string name, QueueLimitsDocument limits, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Put, $"api/queues/{Escape(name)}/limits", limits, ClientJson.Default.QueueLimitsDocument, cancellationToken);

    /// <summary>Tells whether everything of the tenant, or of every tenant, is paused.</summary>
    public Task<PauseAllResponse> GetPauseAsync(CancellationToken cancellationToken) =>
        _http.GetAsync("api/pause", ClientJson.Default.PauseAllResponse, cancellationToken);

    /// <summary>Pauses everything.</summary>
    public Task PauseAllAsync(PauseAllRequest? request, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Post, "api/pause", request, ClientJson.Default.PauseAllRequest, cancellationToken);

    /// <summary>Resumes everything.</summary>
    public Task ResumeAllAsync(PauseAllRequest? request, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Post, "api/resume", request, ClientJson.Default.PauseAllRequest, cancellationToken);
}
