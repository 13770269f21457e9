using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Nodes;

namespace Silos.Client;

/// <content>The processes that Silos runs in.</content>
public sealed partial class SilosHttpClient
{
    /// <summary>Lists the processes by name.</summary>
    public Task<SiloListResponse> ListSilosAsync(CancellationToken cancellationToken) =>
        _http.GetAsync("api/silos", ClientJson.Default.SiloListResponse, cancellationToken);

    /// <summary>Makes a process take no more runs.</summary>
    public Task DrainSiloAsync(string name, string? reason, CancellationToken cancellationToken) => _http.SendAsync(
        HttpMethod.Post, $"api/silos/{Escape(name)}/drain", new ReasonRequest { Reason = reason }, ClientJson.Default.ReasonRequest,
        cancellationToken);

    /// <summary>Lets a drained process take runs again.</summary>
    public Task ResumeSiloAsync(string name, CancellationToken cancellationToken) =>
        _http.SendAsync<object>(HttpMethod.Post, $"api/silos/{Escape(name)}/resume", null, null, cancellationToken);
}
