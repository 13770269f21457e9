using System.Text;

namespace Silos.Hosting;

/// <summary>Turns the bytes of a file into text, or says where they are none.</summary>
internal static class JobsFileText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="DocumentException">It is too large, not UTF-8, or has characters that no text has.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > DocumentLimits.MaxBytes)
        {
            throw new DocumentException(
                TextPosition.Start, $"the file has more than {DocumentLimits.MaxBytes} bytes, which is the most that is accepted");
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        var text = Text(bytes);
        for (var i = 0; i < text.Length; i++)
        {
            if ((char.IsControl(text[i]) && text[i] is not ('\t' or '\n' or '\r' or '\u0085')) || text[i] is '\uFFFE' or '\uFFFF')
            {
                throw new DocumentException(
                    TextPosition.Of(text, i), $"the character U+{(int)text[i]:X4} is not allowed; write it as an escape in a quoted text");
            }
        }

        return text;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            var before = Encoding.UTF8.GetString(bytes[..Math.Max(0, exception.Index)]);
            throw new DocumentException(
                TextPosition.Of(before, before.Length), "the file must be UTF-8; here is a byte that is not");
        }
    }
}
