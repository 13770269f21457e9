namespace Silos.Testing;

/// <summary>When <see cref="JobRunner"/> cancels the run.</summary>
public enum CancelMoment
{
    /// <summary>Before the handler begins.</summary>
    BeforeStart,

    /// <summary>When it is about to report progress.</summary>
    BeforeProgress,

    /// <summary>When it has reported progress.</summary>
    AfterProgress,

    /// <summary>When it is about to execute a step.</summary>
    BeforeStep,

    /// <summary>When a step has been recorded.</summary>
    AfterStep,
}
