namespace Silos.Client;

/// <summary>The server refused a call, or could not serve it; <see cref="Problem"/> says why in words and with a code.</summary>
public sealed class SilosHttpException : SilosException
{
    /// <summary>Wraps a problem.</summary>
    /// <param name="problem">What the server said.</param>
    /// <param name="retryAfter">How long it asks to wait before the next try, if it does.</param>
    public SilosHttpException(Problem problem, TimeSpan? retryAfter = null)
        : base((problem ?? throw new ArgumentNullException(nameof(problem))).Detail ?? problem.Title)
    {
        Problem = problem;
        RetryAfter = retryAfter;
    }

    /// <summary>Gets what the server said.</summary>
    public Problem Problem { get; }

    /// <summary>Gets how long the server asks to wait before the next try (429 and 503), if it does.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Gets the HTTP status.</summary>
    public int Status => Problem.Status;

    /// <summary>Gets the stable word for programs, such as <c>not_found</c> or <c>job_already_running</c>.</summary>
    public string Code => Problem.Code;
}
