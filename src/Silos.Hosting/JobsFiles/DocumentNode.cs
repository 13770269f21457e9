namespace Silos.Hosting;

/// <summary>A value of a YAML or JSON document, with the place it was written at.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Where it begins.</param>
internal sealed record DocumentNode(NodeKind Kind, TextPosition Position)
{
    /// <summary>The text of a text; the JSON of a number; empty for anything else but <c>true</c> and <c>false</c>.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Where the characters of <see cref="Text"/> begin if they stand in the file exactly as they are, else null.</summary>
    public TextPosition? Verbatim { get; init; }

    /// <summary>The entries of a list.</summary>
    public List<DocumentNode> Items { get; init; } = [];

    /// <summary>The members of a map, in the order written.</summary>
    public List<DocumentMember> Members { get; init; } = [];

    /// <summary>How many nodes it consists of once aliases are written out, so that their growth can be bounded.</summary>
    public long Size { get; set; } = 1;

    public DocumentNode? Find(string key) => Members.Find(member => member.Key == key)?.Value;
}

/// <summary>A member of a map.</summary>
internal sealed record DocumentMember(string Key, TextPosition KeyPosition, DocumentNode Value);

/// <summary>The kinds of values that YAML's core schema and JSON share.</summary>
internal enum NodeKind
{
    Null,
    Boolean,
    Number,
    Text,
    List,
    Map,
}
