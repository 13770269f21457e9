using Silos.Hosting;

namespace Silos.Web.Tests.Hosts;

/// <summary>Standalone on a SQLite file.</summary>
public sealed class SqliteApiHost : StandaloneApiHost
{
    private readonly string _folder = Directory.CreateTempSubdirectory("silos-api-").FullName;

    /// <inheritdoc/>
    public override string Name => "standalone on SQLite";

    /// <inheritdoc/>
    protected override Task<HostArguments> ArgumentsAsync() =>
        Task.FromResult(new HostArguments { Store = "sqlite", Database = Path.Combine(_folder, "silos.db") });

    /// <inheritdoc/>
    protected override Task CleanAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
