namespace Silos.Grains;

/// <summary>Which error of ours an answer has.</summary>
public enum ReplyErrorKind
{
    /// <summary><see cref="InvalidException"/>; has <see cref="ReplyError.Problems"/>.</summary>
    Invalid,

    /// <summary><see cref="NotFoundException"/>; <see cref="ReplyError.Code"/> is the kind of thing, <see cref="ReplyError.Subject"/> its name.</summary>
    NotFound,

    /// <summary><see cref="ConflictException"/>; has a <see cref="ReplyError.Code"/>.</summary>
    Conflict,

    /// <summary><see cref="TooLargeException"/>; has <see cref="ReplyError.Subject"/>, <see cref="ReplyError.Size"/> and <see cref="ReplyError.Limit"/>.</summary>
    TooLarge,

    /// <summary><see cref="TooManyException"/>; has <see cref="ReplyError.RetryAfter"/>.</summary>
    TooMany,

    /// <summary><see cref="UnavailableException"/>.</summary>
    Unavailable,

    /// <summary><see cref="StartupException"/>; <see cref="ReplyError.Code"/> is its cause.</summary>
    Startup,
}

/// <summary>A <see cref="SilosException"/> as a value.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Message">The message, for the person who made the call.</param>
public sealed record ReplyError(ReplyErrorKind Kind, string Message)
{
    /// <summary>Gets a word for programs; see <see cref="ReplyErrorKind"/>.</summary>
    public string? Code { get; init; }

    /// <summary>Gets what it is about; see <see cref="ReplyErrorKind"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>Gets every wrong field.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; init; } = [];

    /// <summary>Gets how large it is, in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Gets how large it may be, in bytes.</summary>
    public long Limit { get; init; }

    /// <summary>Gets how long to wait before the next try.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>Takes an exception apart.</summary>
    public static ReplyError From(SilosException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            InvalidException e => new(ReplyErrorKind.Invalid, e.Message) { Problems = e.Problems },
            NotFoundException e => new(ReplyErrorKind.NotFound, e.Message) { Code = e.Kind, Subject = e.Name },
            ConflictException e => new(ReplyErrorKind.Conflict, e.Message) { Code = e.Code },
            TooLargeException e => new(ReplyErrorKind.TooLarge, e.Message) { Subject = e.Field, Size = e.Size, Limit = e.Limit },
            TooManyException e => new(ReplyErrorKind.TooMany, e.Message) { RetryAfter = e.RetryAfter },
            StartupException e => new(ReplyErrorKind.Startup, e.Message) { Code = e.Cause.ToString() },
            _ => new(ReplyErrorKind.Unavailable, exception.Message),
        };
    }

    /// <summary>Makes the exception again, with the same type, message and facts.</summary>
    public SilosException ToException() => Kind switch
    {
        ReplyErrorKind.Invalid => new InvalidException(Problems),
        ReplyErrorKind.NotFound => new NotFoundException(Code ?? string.Empty, Subject ?? string.Empty),
        ReplyErrorKind.Conflict => Code is null ? new ConflictException(Message) : new ConflictException(Message, Code),
        ReplyErrorKind.TooLarge => new TooLargeException(Subject ?? string.Empty, Size, Limit),
        ReplyErrorKind.TooMany => new TooManyException(Message, RetryAfter),
        ReplyErrorKind.Startup => new StartupException(Message) { Cause = Enum.TryParse<StartupCause>(Code, out var cause) ? cause : StartupCause.Configuration },
        _ => new UnavailableException(Message),
    };
}
