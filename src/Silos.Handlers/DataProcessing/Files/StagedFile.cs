using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>A file that is written beside its place and moved into it when it is whole.</summary>
/// <remarks>
/// Each attempt has a name of its own and first removes those of earlier attempts of its run. An attempt that was given up
/// and still writes thereby loses its file, and with it the means to replace the target.
/// </remarks>
internal sealed class StagedFile : IAsyncDisposable
{
    private readonly string _target;
    private readonly string _staged;
    private bool _published;

    private StagedFile(string target, string staged)
    {
        _target = target;
        _staged = staged;
        Stream = new FileStream(
            staged, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 64 * 1024, useAsync: true);
    }

    public FileStream Stream { get; }

    public static StagedFile Create(string target, JobContext context)
    {
        var directory = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(directory);
        var prefix = $".{Path.GetFileName(target)}.{context.RunId}";
        foreach (var leftover in Directory.EnumerateFiles(directory, ".*.tmp")
            .Where(file => Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal)))
        {
            File.Delete(leftover);
        }

        return new StagedFile(target, Path.Combine(directory, $"{prefix}-{context.FencingToken}.tmp"));
    }

    /// <summary>Makes the file durable and moves it into its place, over whatever is there.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        await Stream.FlushAsync(cancellationToken);
        Stream.Flush(flushToDisk: true);
        await Stream.DisposeAsync();
        File.Move(_staged, _target, overwrite: true);
        _published = true;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (!_published)
        {
            File.Delete(_staged);
        }
    }
}
