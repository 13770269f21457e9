namespace Silos.Stores;

/// <summary>What a store can do that hears from its database when something enters the inbox. Only for speed: adoption polls all the same.</summary>
public interface IInboxNotifications
{
    /// <summary>
    /// Raised with the number of a partition after something entered its inbox, or with −1 when that may have happened to any
    /// (notifications were lost). Handlers must return at once and not throw.
    /// </summary>
    event Action<int>? InboxChanged;
}
