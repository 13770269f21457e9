namespace Silos.Cli.Output;

/// <summary>A piece of text, and what it means, which gives it its colour.</summary>
/// <param name="Text">The text.</param>
/// <param name="Meaning">What it means.</param>
internal readonly record struct Cell(string Text, Meaning Meaning = Meaning.Plain)
{
    public static implicit operator Cell(string? text) => new(text ?? string.Empty);

    /// <summary>Writes it for Spectre.</summary>
    public string Markup()
    {
        var text = Spectre.Console.Markup.Escape(Show.Printable(Text, lines: false));
        return Meaning switch
        {
            Meaning.Heading => $"[bold]{text}[/]",
            Meaning.Good => $"[green]{text}[/]",
            Meaning.Bad => $"[red]{text}[/]",
            Meaning.Busy => $"[blue]{text}[/]",
            Meaning.Held => $"[yellow]{text}[/]",
            Meaning.Quiet => $"[dim]{text}[/]",
            _ => text,
        };
    }
}

/// <summary>What a text means.</summary>
internal enum Meaning
{
    /// <summary>Nothing in particular.</summary>
    Plain,

    /// <summary>It stands above others.</summary>
    Heading,

    /// <summary>All is well.</summary>
    Good,

    /// <summary>Something went wrong.</summary>
    Bad,

    /// <summary>Something is going on.</summary>
    Busy,

    /// <summary>Somebody holds it.</summary>
    Held,

    /// <summary>It does not matter much.</summary>
    Quiet,
}
