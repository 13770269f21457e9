using Silos.Jobs;

namespace Silos.Workers;

/// <summary>A handler as it was registered: its key, how to call it, and the defaults of its runs.</summary>
public sealed record HandlerRegistration
{
    /// <summary>Gets the key by which runs name it; a stable word, never a CLR type name out of data.</summary>
    public required string Key { get; init; }

    /// <summary>Gets how to do the work in a scope of services.</summary>
    public required Func<JobContext, CancellationToken, Task> Invoke { get; init; }

    /// <summary>Checks a payload when a run is asked for, so that a bad one is refused before it is stored: returns a problem, or null. Default: accepts everything.</summary>
    public Func<JsonText, FieldProblem?> Check { get; init; } = static _ => null;

    /// <summary>Gets what the handler is for, in words.</summary>
    public string? Description { get; init; }

    /// <summary>Gets whether it may run. Runs for a disabled handler wait, and <c>explain</c> says why. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Gets the retry policy of runs that bring none. Default: the host's.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets the timeout of runs that bring none. Default: the host's (30 seconds for one-off runs).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets whether it blocks its thread; then it is given a thread of its own.</summary>
    public bool Blocking { get; init; }

    /// <summary>Gets how many of its runs may execute at once in this process; 0 for no limit.</summary>
    public int MaxConcurrency { get; init; }

    /// <summary>Gets whether only Silos itself asks for its runs, to tell of alarms: runs and jobs of anybody else that name it are refused. Default: false.</summary>
    public bool Reserved { get; init; }
}

/// <summary>Makes a registration step by step: <c>h =&gt; h.Retry(5).Timeout(TimeSpan.FromSeconds(30))</c>.</summary>
public sealed class HandlerBuilder
{
    /// <summary>Starts from a registration.</summary>
    public HandlerBuilder(HandlerRegistration registration) => Registration = registration;

    /// <summary>Gets the registration as built so far.</summary>
    public HandlerRegistration Registration { get; private set; }

    /// <summary>Says what the handler is for.</summary>
    public HandlerBuilder Describe(string description) => With(Registration with { Description = description });

    /// <summary>Sets how many attempts its runs have, with the default back-off.</summary>
    public HandlerBuilder Retry(int maxAttempts) => Retry((Registration.Retry ?? RetryPolicy.Default) with { MaxAttempts = maxAttempts });

    /// <summary>Sets the retry policy of its runs.</summary>
    public HandlerBuilder Retry(RetryPolicy policy) => With(Registration with { Retry = policy });

    /// <summary>Sets how long an attempt may take.</summary>
    public HandlerBuilder Timeout(TimeSpan timeout) => With(Registration with { Timeout = timeout });

    /// <summary>Switches the handler on or off.</summary>
    public HandlerBuilder Enabled(bool enabled) => With(Registration with { Enabled = enabled });

    /// <summary>Says that the handler blocks its thread, so that it gets one of its own.</summary>
    public HandlerBuilder Blocking() => With(Registration with { Blocking = true });

    /// <summary>Limits how many of its runs execute at once in this process.</summary>
    public HandlerBuilder MaxConcurrency(int limit) => With(Registration with { MaxConcurrency = limit });

    /// <summary>Keeps it for the runs that tell of alarms: nobody else may ask for one.</summary>
    public HandlerBuilder Reserved() => With(Registration with { Reserved = true });

    /// <summary>Checks payloads when a run is asked for.</summary>
    public HandlerBuilder Check(Func<JsonText, FieldProblem?> check) => With(Registration with { Check = check });

    private HandlerBuilder With(HandlerRegistration registration)
    {
        Registration = registration;
        return this;
    }
}
