namespace Silos.Handlers.Email;

/// <summary>What a run of the <c>email</c> handler returns.</summary>
/// <param name="MessageId">The message's id, the same for every attempt of the run.</param>
/// <param name="Recipients">To how many addresses it went.</param>
/// <param name="Response">What the server said when it took the message, or the file it was written to.</param>
internal sealed record EmailResult(string MessageId, int Recipients, string Response);
