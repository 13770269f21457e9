namespace Silos.Hosting;

/// <summary>The directory from which relative paths count.</summary>
internal sealed record HostDirectory(string Path)
{
    /// <summary>Makes a path absolute.</summary>
    public string Resolve(string path) => System.IO.Path.GetFullPath(path, Path);
}
