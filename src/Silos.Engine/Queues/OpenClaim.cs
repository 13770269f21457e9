namespace Silos.Engine.Queues;

/// <summary>A claim of this process that has attempts whose outcome is not recorded.</summary>
internal sealed class OpenClaim(Guid id)
{
    public Guid Id { get; } = id;

    /// <summary>Gets or sets how many attempts have no recorded outcome.</summary>
    public int Remaining { get; set; }

    /// <summary>Gets or sets how many of those the commit under way records.</summary>
    public int Ending { get; set; }
}
