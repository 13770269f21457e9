namespace Silos.Cli.Import;

/// <summary>Understands the definitions of another system.</summary>
internal interface IImport
{
    /// <summary>Translates a file.</summary>
    /// <param name="file">Its name, for remarks and to tell its form.</param>
    /// <param name="text">Its content.</param>
    /// <param name="into">Where jobs and remarks go.</param>
    /// <exception cref="CliException">It cannot be read at all.</exception>
    void Read(string file, string text, Translation into);
}
