using Silos.Testing;

namespace Silos.Web.Tests.Support;

/// <summary>What a test does when the store is called.</summary>
internal sealed class StoreTrap : IStoreFaults
{
    /// <summary>Gets or sets what is awaited before a call; it is given the call's name.</summary>
    public Func<string, ValueTask> Before { get; set; } = _ => default;

    public async ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
    {
        await Before(site);
        cancellationToken.ThrowIfCancellationRequested();
        return FaultKind.None;
    }

    public ValueTask AfterAsync(string site, CancellationToken cancellationToken) => default;
}
