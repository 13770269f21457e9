namespace Silos.Hosting;

/// <summary>Where a jobs file is.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Name">The name as the person wrote it, for messages.</param>
internal sealed record JobsFileLocation(string Path, string Name)
{
    /// <summary>
    /// Gets the source that its jobs are registered with. Only the file's own name counts, so that moving the working directory
    /// leaves no jobs behind.
    /// </summary>
    public string Source => $"file:{System.IO.Path.GetFileName(Path)}";
}
