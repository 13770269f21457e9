namespace Silos.Web.Http;

/// <summary>Why a request is not let in.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A stable word.</param>
/// <param name="Message">What would be right.</param>
/// <param name="Challenge">The value of <c>WWW-Authenticate</c>, if credentials would help.</param>
internal sealed record Refusal(int Status, string Code, string Message, string? Challenge = null)
{
    /// <summary>Gets where a browser is sent instead, to log in.</summary>
    public string? Location { get; init; }

    /// <summary>Gets how long to wait before the next try.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>A request that was let in asks for more than it may.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
