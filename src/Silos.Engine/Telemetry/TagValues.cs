using System.Collections.Concurrent;

namespace Silos.Engine.Telemetry;

/// <summary>Bounds how many values a tag has: names are made by people, and each new one costs whoever keeps the numbers.</summary>
internal sealed class TagValues
{
    /// <summary>How many names a tag may have.</summary>
    public const int Most = 100;

    /// <summary>What all further names are called.</summary>
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Gets the value that stands for a name: always the same object for the same name.</summary>
    public string Of(string name)
    {
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        if (Volatile.Read(ref _count) >= Most)
        {
            return Other;
        }

        // Names that come at the same time may go over the bound by as many as there are threads; never more.
        if (_known.TryAdd(name, name))
        {
            Interlocked.Increment(ref _count);
        }

        return _known[name];
    }
}
