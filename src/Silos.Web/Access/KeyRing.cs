using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>
/// Stored credentials as this process knows them. One that is in use is read again every second, so that what is revoked on another silo is closed
/// here within <see cref="Longest"/>; what is revoked here is closed at once.
/// </summary>
/// <remarks>
/// Only credentials that exist are kept, so that guesses fill no memory. While the store is away, which nobody can revoke in either, those known stay
/// good for a minute: health and pages can still be looked at. A session needs a key that is known as well, which one that was revoked here is not.
/// </remarks>
internal sealed partial class KeyRing(ISilosStore store, Surroundings surroundings, ILogger<KeyRing> logger)
{
    /// <summary>How long a credential is believed without asking the store.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhileAway = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Entry> _known = new(StringComparer.Ordinal);
    private long _changes;

    /// <summary>Tells whether a credential is known without asking the store.</summary>
    public bool Knows(KeyToken token) => _known.ContainsKey(token.Id);

    /// <summary>Finds the usable credential that a secret belongs to; null if there is none.</summary>
    /// <exception cref="UnavailableException">The store does not answer, and the credential is not known.</exception>
    public ValueTask<ApiKey?> FindAsync(KeyToken token, KeyKind kind, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(token.Id, out var entry))
        {
            var age = surroundings.Clock.GetElapsedTime(entry.ReadAt);

            // One request reads it again; the others go on with what is known, for a moment.
            if (age < Fresh || (age < Longest && Interlocked.Exchange(ref entry.Reading, 1) == 1))
            {
                return Usable(entry.Key, token, kind)
                    ? IsOpenAsync(entry.Key, cancellationToken)
                    : ValueTask.FromResult<ApiKey?>(null);
            }
        }

        return ReadAsync(token, kind, entry, cancellationToken);
    }

    /// <summary>Forgets a credential that was changed in this process.</summary>
    public void Forget(string id)
    {
        // First the count: a read that began before must not put it back.
        Interlocked.Increment(ref _changes);
        _known.TryRemove(id, out _);
    }

    private async ValueTask<ApiKey?> ReadAsync(KeyToken token, KeyKind kind, Entry? known, CancellationToken cancellationToken)
    {
        var changes = Interlocked.Read(ref _changes);
        ApiKey? key;
        try
        {
            key = await store.Keys.FindAsync(token.Id, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (known is not null && IsGoodWhileAway(known) && IsOpenWhileAway(known.Key))
            {
                Volatile.Write(ref known.Reading, 0);
                LogAway(exception, token.ToString());
                return Usable(known.Key, token, kind) ? known.Key : null;
            }

            throw Away(exception);
        }

        if (key is null || !Usable(key, token, kind))
        {
            _known.TryRemove(token.Id, out _);
            return null;
        }

        if (changes == Interlocked.Read(ref _changes))
        {
            _known[token.Id] = new Entry(key, surroundings.Clock.GetTimestamp());
        }

        await TouchAsync(key, cancellationToken);
        return await IsOpenAsync(key, cancellationToken);
    }

    /// <summary>A session ends with the key it was opened with.</summary>
    private async ValueTask<ApiKey?> IsOpenAsync(ApiKey key, CancellationToken cancellationToken)
    {
        if (key.Parent is not { } parent || parent.StartsWith(Sessions.ConfiguredParent, StringComparison.Ordinal))
        {
            return key;
        }

        var now = surroundings.Clock.Now();
        if (_known.TryGetValue(parent, out var entry) && surroundings.Clock.GetElapsedTime(entry.ReadAt) < Longest)
        {
            return entry.Key.IsUsable(now) ? key : null;
        }

        var changes = Interlocked.Read(ref _changes);
        ApiKey? found;
        try
        {
            found = await store.Keys.FindAsync(parent, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return IsOpenWhileAway(key) ? key : throw Away(exception);
        }

        if (found is null || !found.IsUsable(now))
        {
            _known.TryRemove(parent, out _);
            return null;
        }

        if (changes == Interlocked.Read(ref _changes))
        {
            _known[parent] = new Entry(found, surroundings.Clock.GetTimestamp());
        }

        return key;
    }

    private bool IsOpenWhileAway(ApiKey key) =>
        key.Parent is not { } parent
        || parent.StartsWith(Sessions.ConfiguredParent, StringComparison.Ordinal)
        || (_known.TryGetValue(parent, out var entry) && IsGoodWhileAway(entry) && entry.Key.IsUsable(surroundings.Clock.Now()));

    private bool IsGoodWhileAway(Entry entry) => surroundings.Clock.GetElapsedTime(entry.ReadAt) < WhileAway;

    private static UnavailableException Away(Exception exception) => new("The store that knows the keys does not answer.", exception);

    private bool Usable(ApiKey key, KeyToken token, KeyKind kind) =>
        key.Kind == kind && key.IsUsable(surroundings.Clock.Now()) && token.Fits(key.Hash);

    /// <summary>Notes the use, once a minute and not once a request.</summary>
    private async ValueTask TouchAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var now = surroundings.Clock.Now();
        if (key.LastUsedAt is { } last && now - last < TouchEvery)
        {
            return;
        }

        try
        {
            await store.Keys.TouchAsync(key.Id, now, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotTouched(exception, key.Name);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The store does not answer; {Key} is let in as it was known")]
    private partial void LogAway(Exception exception, string key);

    [LoggerMessage(LogLevel.Debug, "It could not be noted that the key {Key} was used")]
    private partial void LogNotTouched(Exception exception, string key);

    /// <param name="key">What the store said.</param>
    /// <param name="readAt">When it said so.</param>
    private sealed class Entry(ApiKey key, long readAt)
    {
        public int Reading;

        public ApiKey Key { get; } = key;

        public long ReadAt { get; } = readAt;
    }
}
