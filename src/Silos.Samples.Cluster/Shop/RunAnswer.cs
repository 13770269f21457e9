using System.Text.Json;
using Silos.Runs;

namespace Silos.Samples.Cluster.Shop;

/// <summary>What the shop tells of a run.</summary>
/// <param name="Run">Its id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Worker">The silo that executes or executed it.</param>
/// <param name="Result">What its handler returned.</param>
/// <param name="Error">What went wrong.</param>
internal sealed record RunAnswer(Guid Run, string State, string? Worker, JsonElement? Result, string? Error)
{
    public static RunAnswer Of(Run run) => new(
        run.Id.Value, run.State.ToText(), run.Worker, run.Result is { } result ? JsonDocument.Parse(result.Text).RootElement : null, run.Error?.Message);
}
