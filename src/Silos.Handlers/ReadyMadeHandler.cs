using Silos.Workers;

namespace Silos.Handlers;

/// <summary>What the ready-made handlers share: the payload is read by one function, at enqueue (to refuse) and in the run (to work).</summary>
internal abstract class ReadyMadeHandler
{
    /// <summary>Tells what is wrong with a payload, or null.</summary>
    public abstract FieldProblem? Check(JsonText payload);

    /// <summary>Does the work.</summary>
    public abstract Task RunAsync(JobContext context, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal abstract class ReadyMadeHandler<TPayload> : ReadyMadeHandler
{
    public sealed override FieldProblem? Check(JsonText payload)
    {
        try
        {
            ReadAll(payload);
            return null;
        }
        catch (PayloadException exception)
        {
            return exception.Problem;
        }
    }

    public sealed override Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RunWithAsync(context.Payload, context, cancellationToken);
    }

    /// <summary>Does the work with a payload that the run did not bring.</summary>
    public async Task RunWithAsync(JsonText json, JobContext context, CancellationToken cancellationToken)
    {
        TPayload payload;
        try
        {
            payload = ReadAll(json);
        }
        catch (PayloadException exception)
        {
            throw new NonRetryableException(exception.Message, exception);
        }

        await RunAsync(payload, context, cancellationToken);
    }

    /// <exception cref="PayloadException">The payload is not one this handler can work with, as it is configured here.</exception>
    protected abstract TPayload Read(PayloadObject payload);

    protected abstract Task RunAsync(TPayload payload, JobContext context, CancellationToken cancellationToken);

    private TPayload ReadAll(JsonText json)
    {
        var payload = PayloadObject.Parse(json);
        var read = Read(payload);
        payload.End();
        return read;
    }
}
