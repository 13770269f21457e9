namespace Silos.Grains;

/// <summary>The answer of a grain: an error of ours is a value, so that it arrives as what it is and costs no exception on its way.</summary>
public record Reply
{
    /// <summary>It is done.</summary>
    public static Reply Done { get; } = new();

    /// <summary>Gets what went wrong, or null.</summary>
    public ReplyError? Error { get; init; }

    /// <summary>Throws what went wrong, if anything did.</summary>
    /// <exception cref="SilosException">The error, as it was raised in the silo.</exception>
    public void Check()
    {
        if (Error is not null)
        {
            throw Error.ToException();
        }
    }
}

/// <summary>The answer of a grain with a value.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public sealed record Reply<T> : Reply
{
    /// <summary>Gets the value; default if there is an <see cref="Reply.Error"/>.</summary>
    public T? Value { get; init; }

    /// <summary>Gets the value.</summary>
    /// <exception cref="SilosException">The error, as it was raised in the silo.</exception>
    public T Get()
    {
        Check();
        return Value!;
    }
}
