using System.Text;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>A file of the data directory.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Format">How rows are written in it.</param>
/// <param name="Delimiter">What is between fields of CSV.</param>
/// <param name="Header">Whether CSV begins with the columns' names.</param>
/// <param name="Columns">The columns, where the file does not say or is not to decide.</param>
/// <param name="Encoding">How text is encoded, where no byte order mark says otherwise.</param>
/// <param name="LineEnding">What ends a line that is written.</param>
internal sealed record FileEndpoint(
    string Name,
    FileFormat Format,
    char Delimiter,
    bool Header,
    IReadOnlyList<string>? Columns,
    Encoding Encoding,
    string LineEnding) : Endpoint(Name)
{
    /// <summary>Opens a file to read it from its start to its end.</summary>
    /// <exception cref="FileNotFoundException">It does not exist; it may come later, so this is worth another try.</exception>
    public static FileStream OpenRead(string path, string name)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"There is no file '{name}' in the data directory.", exception);
        }
    }
}
