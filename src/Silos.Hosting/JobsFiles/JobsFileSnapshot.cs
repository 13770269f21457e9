using System.Security.Cryptography;

namespace Silos.Hosting;

/// <summary>A jobs file at one moment.</summary>
/// <param name="Location">Which file, or null if there is none.</param>
/// <param name="Content">Its bytes (one more than accepted if it is too large), or null if it is not there or cannot be read.</param>
/// <param name="Error">Why it cannot be read, if that is so.</param>
internal sealed record JobsFileSnapshot(JobsFileLocation? Location, byte[]? Content, string? Error)
{
    private readonly string _fingerprint =
        $"{Location?.Path}|{Error}|{(Content is null ? "none" : Convert.ToHexString(SHA256.HashData(Content)))}";

    /// <summary>Gets whether there is a file.</summary>
    public bool Exists => Content is not null || Error is not null;

    /// <summary>
    /// Tells whether nothing changed. Contents are compared, not times: mounted configuration changes by swapping links, and some
    /// editors keep times.
    /// </summary>
    public bool IsSameAs(JobsFileSnapshot? other) => _fingerprint == other?._fingerprint;

    /// <summary>Reads the file as it is now.</summary>
    public static async Task<JobsFileSnapshot> TakeAsync(JobsFileLocation? location, CancellationToken cancellationToken)
    {
        if (location is null)
        {
            return new JobsFileSnapshot(null, null, null);
        }

        try
        {
            await using var file = new FileStream(
                location.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[Math.Min(file.Length, DocumentLimits.MaxBytes + 1)];
            var length = await file.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
            return new JobsFileSnapshot(location, content[..length], null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new JobsFileSnapshot(location, null, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new JobsFileSnapshot(location, null, exception.Message);
        }
    }
}
