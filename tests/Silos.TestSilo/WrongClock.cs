namespace Silos.TestSilo;

/// <summary>A machine's clock that is wrong; timers and elapsed time are right, as they are on a machine.</summary>
/// <param name="ahead">By how much it is ahead.</param>
internal sealed class WrongClock(TimeSpan ahead) : TimeProvider
{
    /// <summary>The key of the machine's clock, as a text: earlier versions of the product do not have it.</summary>
    public const string Key = "silos.machine";

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
