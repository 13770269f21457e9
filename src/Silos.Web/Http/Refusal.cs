namespace Silos.Web.Http;

/// <summary>Why a request is not let in.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A stable word.</param>
/// <param name="Message">What would be right.</param>
/// <param name="Challenge">The value of <c>WWW-Authenticate</c>, if credentials would help.</param>
internal sealed record Refusal(int Status, string Code, string Message, string? Challenge = null);
