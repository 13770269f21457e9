using System.Data.Common;
using System.Net.Sockets;

namespace Silos.Stores;

/// <summary>Tells errors of a store that is away from those of what it was asked.</summary>
public static class StoreFailure
{
    /// <summary>Tells whether an error means that the store did not answer, and not that something is wrong with what was asked.</summary>
    /// <param name="exception">What a call of the store threw.</param>
    public static bool IsAway(Exception exception) => exception switch
    {
        UnavailableException or IOException or SocketException or TimeoutException => true,

        // A server that answers with an error is there, unless the error is that it is going, full, or cut off.
        DbException { SqlState: { Length: 5 } state } => state[..2] is "08" or "53" or "57" or "58",
        DbException => true,
        AggregateException { InnerException: { } inner } => IsAway(inner),
        _ => false,
    };
}
