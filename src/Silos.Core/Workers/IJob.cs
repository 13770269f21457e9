namespace Silos.Workers;

/// <summary>Work without a payload. Found by the key it was registered under; made anew, with a scope of its own, for every attempt.</summary>
public interface IJob
{
    /// <summary>Does the work. Returning means done; throwing means failed, and the retry policy decides what follows.</summary>
    /// <param name="context">The attempt: who it is, progress, steps, log, result.</param>
    /// <param name="cancellationToken">Cancelled when somebody cancels the run, its time is over, or the process stops.</param>
    Task RunAsync(JobContext context, CancellationToken cancellationToken);
}

/// <summary>Work on a payload, which is read from JSON as <typeparamref name="TPayload"/> (camel case) before the handler is made.</summary>
/// <typeparam name="TPayload">The payload's type.</typeparam>
public interface IJob<in TPayload>
{
    /// <inheritdoc cref="IJob.RunAsync"/>
    /// <param name="payload">What the run was given.</param>
    /// <param name="context">The attempt: who it is, progress, steps, log, result.</param>
    /// <param name="cancellationToken">Cancelled when somebody cancels the run, its time is over, or the process stops.</param>
    Task RunAsync(TPayload payload, JobContext context, CancellationToken cancellationToken);
}
