namespace Silos.Hosting;

/// <summary>An environment name of one of the described systems, and what it means here.</summary>
/// <param name="Name">The name; several ways to write it are separated by a comma.</param>
/// <param name="Setting">The setting it sets, for people.</param>
/// <param name="Meaning">What it means here, with unit and default.</param>
/// <param name="Read">Turns its value into settings.</param>
internal sealed record DescribedName(string Name, string Setting, string Meaning, Func<string, DescribedValue> Read)
{
    /// <summary>Gets the ways to write the name.</summary>
    public IReadOnlyList<string> Names { get; } = Name.Split(", ");
}

/// <summary>What a value of a described name comes to.</summary>
internal sealed record DescribedValue
{
    private DescribedValue()
    {
    }

    /// <summary>Gets the settings it sets.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private init; } = new Dictionary<string, string>();

    /// <summary>Gets what would be right, if the value is not.</summary>
    public string? Problem { get; private init; }

    /// <summary>Gets what to tell about it at start, if it means less here than where it comes from.</summary>
    public string? Note { get; private init; }

    /// <summary>It changes nothing.</summary>
    public static DescribedValue Nothing { get; } = new();

    /// <summary>It sets a setting.</summary>
    public static DescribedValue Sets(string key, string value, string? note = null) =>
        new() { Settings = new Dictionary<string, string> { [key] = value }, Note = note };

    /// <summary>It is wrong.</summary>
    public static DescribedValue Wrong(string right) => new() { Problem = right };

    /// <summary>It is accepted and something has to be said about it.</summary>
    public static DescribedValue Tells(string note) => new() { Note = note };
}
