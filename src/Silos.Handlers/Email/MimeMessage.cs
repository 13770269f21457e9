using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace Silos.Handlers.Email;

/// <summary>Writes a message as RFC 5322 and MIME want it: ASCII, CR LF, bodies in base64, so that any server passes it on unchanged.</summary>
internal static class MimeMessage
{
    /// <summary>Bytes of UTF-8 in one encoded word: 52 characters of base64, so that frame and header's name fit the 76 of RFC 2047.</summary>
    private const int BytesPerWord = 39;

    public static string Write(
        MailAddress from, EmailPayload mail, string? html, string? text, string messageId, DateTimeOffset date)
    {
        var message = new StringBuilder();
        Header(message, "From", Address(from));
        Header(message, "To", Addresses(mail.To));
        if (mail.Cc.Count > 0)
        {
            Header(message, "Cc", Addresses(mail.Cc));
        }

        Header(message, "Subject", Words(mail.Subject));
        Header(message, "Date", date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header(message, "Message-ID", messageId);
        Header(message, "Auto-Submitted", "auto-generated");
        Header(message, "MIME-Version", "1.0");
        if (html is not null && text is not null)
        {
            // Readers show the last part they can: text first, HTML after it.
            var boundary = $"=_{Guid.NewGuid():N}";
            Header(message, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
            message.Append("\r\n--").Append(boundary).Append("\r\n");
            Body(message, "text/plain", text);
            message.Append("--").Append(boundary).Append("\r\n");
            Body(message, "text/html", html);
            message.Append("--").Append(boundary).Append("--\r\n");
        }
        else
        {
            Body(message, html is null ? "text/plain" : "text/html", html ?? text ?? string.Empty);
        }

        return message.ToString();
    }

    private static void Header(StringBuilder message, string name, string value) =>
        message.Append(name).Append(": ").Append(value).Append("\r\n");

    private static void Body(StringBuilder message, string type, string body)
    {
        Header(message, "Content-Type", $"{type}; charset=utf-8");
        Header(message, "Content-Transfer-Encoding", "base64");
        var lines = body.ReplaceLineEndings("\r\n");
        message.Append("\r\n")
            .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(lines), Base64FormattingOptions.InsertLineBreaks))
            .Append("\r\n");
    }

    private static string Addresses(IReadOnlyList<MailAddress> addresses) => string.Join(",\r\n ", addresses.Select(Address));

    private static string Address(MailAddress address)
    {
        if (address.DisplayName.Length == 0)
        {
            return address.Address;
        }

        var name = address.DisplayName.All(c => c is >= ' ' and <= '~') && address.DisplayName.Length <= 60
            ? $"\"{address.DisplayName.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : Words(address.DisplayName);
        return $"{name}\r\n <{address.Address}>";
    }

    /// <summary>Writes text that is long, not ASCII, or looks like encoded words as encoded words (RFC 2047), broken between characters.</summary>
    private static string Words(string text)
    {
        if (text.Length <= 60 && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal))
        {
            return text;
        }

        var words = new List<string>();
        var word = new List<byte>(BytesPerWord);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (word.Count + length > BytesPerWord)
            {
                words.Add(Word(word));
                word.Clear();
            }

            word.AddRange(utf8[..length]);
        }

        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
}
