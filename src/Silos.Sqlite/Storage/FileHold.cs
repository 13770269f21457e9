namespace Silos.Sqlite.Storage;

/// <summary>Holds a database against other processes: a lock of the operating system on a file beside it.</summary>
/// <remarks>The system takes the lock back when the process ends, however it ends; the file itself means nothing and stays.</remarks>
internal sealed class FileHold : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private FileHold(FileStream file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>Gets whether the lock is still in the way of others: somebody may have deleted the file.</summary>
    public bool IsHeld => File.Exists(_path);

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StartupException">Another process has it, or the file cannot be made.</exception>
    public static FileHold Take(string database)
    {
        var path = $"{database}.lock";
        try
        {
            return new FileHold(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), path);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartupException($"'{path}', which guards the SQLite database '{database}', cannot be written. Make the directory writable for this user or give another path.", exception);
        }
        catch (IOException exception)
        {
            throw new StartupException(
                $"Another process holds the SQLite database '{database}' (lock file '{path}'). Stop it, or give this process a database of its own.", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
