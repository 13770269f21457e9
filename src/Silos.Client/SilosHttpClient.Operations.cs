using Silos.Client.Alarms;
using Silos.Client.Json;
using Silos.Client.Operations;

namespace Silos.Client;

/// <content>What is done to many runs, and what should have happened and has not.</content>
public sealed partial class SilosHttpClient
{
    /// <summary>Counts the runs that an operation would take; nothing is done.</summary>
    public Task<OperationCountResponse> CountOperationAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _http.SendAsync(
            HttpMethod.Post,
            "api/operations",
            request with { DryRun = true },
            ClientJson.Default.OperationRequest,
            ClientJson.Default.OperationCountResponse,
            cancellationToken);
    }

    /// <summary>Begins to retry, replay or cancel all runs that a filter matches, in the background.</summary>
    public Task<OperationResponse> StartOperationAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _http.SendAsync(
            HttpMethod.Post,
            "api/operations",
            request with { DryRun = null },
            ClientJson.Default.OperationRequest,
            ClientJson.Default.OperationResponse,
            cancellationToken);
    }

    /// <summary>Lists operations, the latest first.</summary>
    public Task<OperationListResponse> ListOperationsAsync(CancellationToken cancellationToken) =>
        _http.GetAsync("api/operations", ClientJson.Default.OperationListResponse, cancellationToken);

    /// <summary>Shows how far an operation is.</summary>
    public Task<OperationResponse> GetOperationAsync(string id, CancellationToken cancellationToken) =>
        _http.GetAsync($"api/operations/{Escape(id)}", ClientJson.Default.OperationResponse, cancellationToken);

    /// <summary>Lists alarms, the latest first.</summary>
    /// <param name="all">Whether also those that are over.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<AlarmListResponse> ListAlarmsAsync(bool all, CancellationToken cancellationToken) =>
        _http.GetAsync(Query("api/alarms", ("state", all ? "all" : null)), ClientJson.Default.AlarmListResponse, cancellationToken);
}
