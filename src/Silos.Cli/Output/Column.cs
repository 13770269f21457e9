namespace Silos.Cli.Output;

/// <summary>A column of a table, and what becomes of it on a narrow terminal.</summary>
/// <param name="Name">What stands above it.</param>
/// <param name="Rank">0: always there, and whole. Others are there if there is room, those with low numbers first.</param>
/// <param name="Least">To how many characters it may be shortened; 0: not at all.</param>
/// <param name="IsProse">Whether it is sentences, which go on in further lines. Only the last column may be.</param>
internal readonly record struct Column(string Name, int Rank = 0, int Least = 0, bool IsProse = false)
{
    private const int LeastProse = 24;

    /// <summary>Makes a column that is always there, and whole: ids, names, states.</summary>
    public static implicit operator Column(string name) => new(name);

    /// <summary>Makes a column that is there, and whole, if there is room.</summary>
    public static Column IfRoom(string name, int rank) => new(name, rank);

    /// <summary>Makes a column that is shortened or left out if there is no room.</summary>
    public static Column Short(string name, int rank, int least) => new(name, rank, least);

    /// <summary>Makes a last column of sentences.</summary>
    public static Column Prose(string name) => new(name, 0, LeastProse, IsProse: true);
}
