namespace Silos.Handlers.Email;

/// <summary>One reply of a mail server.</summary>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public string Text => ResultText.OneLine(string.Join(" ", Lines), 300);

    /// <summary>Finds what follows an extension's keyword in the reply to EHLO; null if it is not offered.</summary>
    public string? Extension(string keyword)
    {
        foreach (var line in Lines)
        {
            if (line.Equals(keyword, StringComparison.OrdinalIgnoreCase))
            {
                return string.Empty;
            }

            if (line.StartsWith(keyword + " ", StringComparison.OrdinalIgnoreCase))
            {
                return line[(keyword.Length + 1)..];
            }
        }

        return null;
    }
}
