using Silos.Workers;

namespace Silos.Handlers.Email;

/// <summary>Named templates: files in one directory, never outside of it.</summary>
internal sealed class TemplateStore(string? directory)
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Tells whether this can be the name of a template: no directories, nothing that starts with a dot.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 100 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>Reads the HTML and the text form of a template; at least one exists.</summary>
    /// <exception cref="NonRetryableException">There is no such template, or it is not inside the directory.</exception>
    public async Task<(string? Html, string? Text)> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (directory is null)
        {
            throw new NonRetryableException(
                $"payload.template '{name}' cannot be read: set {EmailHandlerOptions.Section}:{nameof(EmailHandlerOptions.TemplateDirectory)}, "
                + "or bring the text in 'html' or 'text'.");
        }

        var html = await ReadFileAsync(name + ".html", cancellationToken);
        var text = await ReadFileAsync(name + ".txt", cancellationToken);
        return html is null && text is null
            ? throw new NonRetryableException(
                $"payload.template '{name}' must name a template: there is neither {name}.html nor {name}.txt in the template directory.")
            : (html, text);
    }

    private async Task<string?> ReadFileAsync(string fileName, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(Path.GetFullPath(directory!), fileName));
        if (!file.Exists)
        {
            return null;
        }

        if (file.LinkTarget is not null)
        {
            throw new NonRetryableException($"template '{fileName}' must be a file of the template directory, not a link.");
        }

        return file.Length <= MaxBytes
            ? await File.ReadAllTextAsync(file.FullName, cancellationToken)
            : throw new NonRetryableException($"template '{fileName}' has {file.Length} bytes; at most {MaxBytes} are accepted.");
    }
}
