namespace Silos.Hosting;

/// <summary>What was asked for on the command line.</summary>
public sealed record HostArguments
{
    private static readonly string[] Options = ["--jobs", "--urls", "--store", "--db"];
    private static readonly string[] SiloOptions = ["--jobs", "--urls", "--db"];

    /// <summary>Gets the jobs file (<c>--jobs FILE</c>).</summary>
    public string? JobsFile { get; init; }

    /// <summary>Gets the addresses to listen on (<c>--urls URL[;URL]</c>).</summary>
    public string? Urls { get; init; }

    /// <summary>Gets the kind of store (<c>--store sqlite|postgres</c>).</summary>
    public string? Store { get; init; }

    /// <summary>Gets the SQLite file or the connection string of PostgreSQL (<c>--db</c>).</summary>
    public string? Database { get; init; }

    /// <summary>Gets whether only the schema is to be brought up to date (<c>--migrate</c>).</summary>
    public bool Migrate { get; init; }

    /// <summary>Gets whether the process that listens already is to be asked whether it is ready (<c>--health</c>).</summary>
    public bool Health { get; init; }

    /// <summary>Gets whether help was asked for.</summary>
    public bool Help { get; init; }

    /// <summary>Gets whether the version was asked for.</summary>
    public bool Version { get; init; }

    /// <summary>Reads arguments.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="kind">The kind of process: a silo knows <c>--migrate</c> and has no choice of stores.</param>
    /// <exception cref="UsageException">One is not known, or lacks its value; the message is one line.</exception>
    public static HostArguments Parse(IReadOnlyList<string> arguments, HostKind kind = HostKind.Standalone)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var options = kind == HostKind.Silo ? SiloOptions : Options;
        var parsed = new HostArguments();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? arguments[i] : arguments[i][..equals];
            var value = equals < 0 ? null : arguments[i][(equals + 1)..];
            if (name is "-h" or "-?" or "--help")
            {
                return parsed with { Help = true };
            }

            if (name == "--version")
            {
                return parsed with { Version = true };
            }

            if (name == "--health")
            {
                parsed = value is null ? parsed with { Health = true } : throw new UsageException("--health takes no value");
                continue;
            }

            if (kind == HostKind.Silo && arguments[i] == "--migrate")
            {
                parsed = parsed with { Migrate = true };
                continue;
            }

            if (!options.Contains(name))
            {
                string[] flags = kind == HostKind.Silo ? ["--migrate", "--health", "--help", "--version"] : ["--health", "--help", "--version"];
                var near = SettingValue.Nearest(name, [.. options, .. flags]);
                throw new UsageException($"'{FieldProblem.Shorten(name)}' is not an argument; {(near is null ? "see --help" : $"did you mean {near}?")}");
            }

            if (!seen.Add(name))
            {
                throw new UsageException($"{name} is given twice; give it once");
            }

            if (value is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = arguments[++i];
            }

            parsed = parsed.With(name, string.IsNullOrWhiteSpace(value) ? throw new UsageException($"{name} needs a value; see --help") : value);
        }

        return (kind == HostKind.Silo && parsed.Database is not null ? parsed with { Store = "postgres" } : parsed).Checked();
    }

    /// <summary>Turns the arguments into settings.</summary>
    internal ArgumentsProvider ToSettings()
    {
        var settings = new ArgumentsProvider();
        settings.Add("Silos:JobsFile", JobsFile, "--jobs");
        settings.Add("urls", Urls, "--urls");
        settings.Add("Silos:Store", Store, "--store");
        settings.Add(Store == "postgres" ? "ConnectionStrings:Silos" : "Silos:Sqlite:Path", Database, "--db");
        return settings;
    }

    private HostArguments With(string name, string value) => name switch
    {
        "--jobs" => this with { JobsFile = value },
        "--urls" => this with { Urls = value },
        "--store" => this with { Store = value.ToLowerInvariant() },
        _ => this with { Database = value },
    };

    private HostArguments Checked()
    {
        if (Store is not (null or "sqlite" or "postgres"))
        {
            throw new UsageException($"--store '{FieldProblem.Shorten(Store)}' must be sqlite or postgres");
        }

        if (Database is null)
        {
            return this;
        }

        // Who names the database has named the store.
        var connection = Database.StartsWith("postgres", StringComparison.OrdinalIgnoreCase) && Database.Contains("://", StringComparison.Ordinal)
            || Database.Contains("Host=", StringComparison.OrdinalIgnoreCase);
        return Store switch
        {
            null => this with { Store = connection ? "postgres" : "sqlite" },
            "sqlite" when connection => throw new UsageException("--db is a connection string of PostgreSQL, but --store is sqlite"),
            "postgres" when !connection => throw new UsageException("--db must be a connection string of PostgreSQL, such as \"Host=localhost;Database=silos\""),
            _ => this,
        };
    }
}
