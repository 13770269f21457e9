namespace Silos.Handlers.Email;

/// <summary>The mail server answered a command with something else than what lets the conversation go on.</summary>
internal sealed class SmtpRefusedException(int code, string message) : Exception(message)
{
    /// <summary>Gets the reply's code: 4xx is for now, 5xx is for good.</summary>
    public int Code { get; } = code;

    public bool IsPermanent => Code >= 500;
}
