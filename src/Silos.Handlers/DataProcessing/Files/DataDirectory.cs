namespace Silos.Handlers.DataProcessing.Files;

/// <summary>The one directory in which payloads name files.</summary>
internal sealed class DataDirectory
{
    /// <summary>Kinds of files that are data. Whatever else lies in the directory (settings, databases, keys) cannot be named.</summary>
    private static readonly string[] Extensions = [".csv", ".tsv", ".txt", ".dat", ".jsonl", ".ndjson"];

    private readonly string _root;

    public DataDirectory(string? directory) => _root = Path.GetFullPath(directory ?? Environment.CurrentDirectory);

    /// <summary>Says what is wrong with the name of a file, or null.</summary>
    public static string? Problem(string name)
    {
        if (name.Length is 0 or > 500)
        {
            return "must be the name of a file, at most 500 characters long";
        }

        if (name.Any(c => char.IsControl(c) || c is '\\' or ':') || name.StartsWith('/'))
        {
            return "must be a path relative to the data directory, with '/' between directories";
        }

        if (name.Split('/').Any(part => part.Length == 0 || part.StartsWith('.')))
        {
            return "must stay inside the data directory: no '..', no empty and no hidden parts";
        }

        return Extensions.Contains(Path.GetExtension(name).ToLowerInvariant())
            ? null
            : $"must be a data file, which ends in {string.Join(", ", Extensions)}";
    }

    /// <summary>Makes the full path of a file, following links.</summary>
    /// <exception cref="BadPathException">A link leads out of the directory.</exception>
    public string Resolve(string name)
    {
        var root = Follow(_root);
        var path = Follow(Path.Combine(_root, name));
        return path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new BadPathException($"'{FieldProblem.Shorten(name)}' must stay inside the data directory; a link leads out of it.");
    }

    /// <summary>Resolves every link on the way, whether or not what it leads to exists.</summary>
    private static string Follow(string path)
    {
        const int MaxLinks = 40;
        var links = 0;
        var done = Path.GetPathRoot(path)!;
        var rest = new Stack<string>(Parts(path[done.Length..]));
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? done;
                continue;
            }

            var next = Path.Combine(done, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new BadPathException($"'{FieldProblem.Shorten(path)}' must not have links that lead to each other.");
            }

            if (Path.IsPathRooted(target))
            {
                done = Path.GetPathRoot(target)!;
                target = target[done.Length..];
            }

            foreach (var piece in Parts(target))
            {
                rest.Push(piece);
            }
        }

        return done;
    }

    /// <summary>Splits, last part first, as a stack wants them.</summary>
    private static IEnumerable<string> Parts(string path) => path
        .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".")
        .Reverse();
}
