using Microsoft.Extensions.Options;

namespace Silos.Engine;

/// <summary>This process, which is alone.</summary>
internal sealed class ProcessNodes(IOptions<EngineOptions> options, NodeFacts facts, NodeDrain drain) : INodes
{
    private string Name => options.Value.WorkerName;

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeView>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NodeView>>([facts.Describe(Name, Environment.MachineName)]);

    /// <inheritdoc/>
    public Task DrainAsync(string name, string by, string? reason, CancellationToken cancellationToken)
    {
        Check(name);
        return drain.BeginAsync(by, reason, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ResumeAsync(string name, string by, CancellationToken cancellationToken)
    {
        Check(name);
        return drain.EndAsync(by, cancellationToken);
    }

    private void Check(string name)
    {
        if (name != Name)
        {
            throw new NotFoundException("silo", name);
        }
    }
}
