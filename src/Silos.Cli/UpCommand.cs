using System.CommandLine;
using Silos.Hosting;
using Silos.Standalone;

namespace Silos.Cli;

/// <summary><c>silos up</c>: a server in this process.</summary>
internal sealed class UpCommand : CliCommand
{
    private readonly Option<string?> _jobs;
    private readonly Option<string?> _urls;
    private readonly Option<string?> _store;
    private readonly Option<string?> _database;

    public UpCommand(CliParts cli)
        : base("up", "Starts a server here, with its state in silos.db; Ctrl+C drains and stops it.", cli, "up", "up --jobs jobs.yaml --urls http://127.0.0.1:9090", "up --db \"Host=localhost;Database=silos\"")
    {
        _jobs = Value<string?>("--jobs", "The jobs file. Default: silos.yaml, if it is there.", "FILE");
        _urls = Value<string?>("--urls", "Where to listen. Default: http://127.0.0.1:8080.", "URLS");
        _store = Value<string?>("--store", "sqlite or postgres. Default: sqlite.", "KIND");
        _database = Value<string?>("--db", "The SQLite file, or the connection string of PostgreSQL. Default: silos.db.", "TARGET");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var arguments = new List<string>();
        foreach (var option in new[] { _jobs, _urls, _store, _database })
        {
            if (call.Get(option) is { } value)
            {
                arguments.Add($"{option.Name}={value}");
            }
        }

        // The codes of the server, which supervisors know.
        return (CliExit)await SilosProgram.RunAsync([.. arguments], static arguments => StandaloneHost.Build(arguments));
    }
}
