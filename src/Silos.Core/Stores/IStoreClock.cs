namespace Silos.Stores;

/// <summary>A store whose server has a clock that all processes can follow.</summary>
public interface IStoreClock
{
    /// <summary>Reads the server's clock, as it is while the call is under way.</summary>
    /// <exception cref="UnavailableException">The server does not answer.</exception>
    ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken);
}
