namespace Silos.Engine.Workers;

/// <summary>Why an attempt was told to stop. A later, stronger reason replaces an earlier one only before the handler has ended.</summary>
internal enum StopReason
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The process stops: the run is handed back.</summary>
    ProcessStopping,

    /// <summary>Its time is over.</summary>
    Timeout,

    /// <summary>Somebody cancelled the run.</summary>
    Cancelled,

    /// <summary>Another owner has the run now: whatever comes out of this attempt counts for nothing.</summary>
    OwnershipLost,
}
