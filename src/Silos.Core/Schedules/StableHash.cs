namespace Silos.Schedules;

/// <summary>Hashes that are the same in every process, on every machine, for ever: what is due depends on them.</summary>
internal static class StableHash
{
    /// <summary>Hashes a text (FNV-1a over its UTF-16 code units).</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Mix(hash, 0);
    }

    /// <summary>Derives another hash, every bit of which depends on every bit of both (the finalizer of SplitMix64).</summary>
    public static ulong Mix(ulong hash, ulong value)
    {
        hash += 0x9E3779B97F4A7C15UL * (value + 1);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }

    /// <summary>Maps a hash to 0 … count-1 evenly.</summary>
    public static int Below(ulong hash, int count) => (int)(hash % (ulong)count);
}
