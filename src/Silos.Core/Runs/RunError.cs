namespace Silos.Runs;

/// <summary>What went wrong in an attempt.</summary>
/// <param name="Type">The CLR type of the exception, or a word of Silos: <c>timeout</c>, <c>lost</c>, <c>no_handler</c>.</param>
/// <param name="Message">The message; cut at 4,000 characters.</param>
/// <param name="Stack">The stack trace, if there is one; cut at 16,000 characters.</param>
public sealed record RunError(string Type, string Message, string? Stack = null)
{
    /// <summary>Takes an exception apart, inner ones in the message, cut to size.</summary>
    public static RunError From(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var message = exception.InnerException is { } inner
            ? $"{Told(exception)} ({inner.GetType().Name}: {Told(inner)})"
            : Told(exception);
        return new RunError(
            exception.GetType().FullName ?? exception.GetType().Name,
            Storable(message, 4_000) ?? string.Empty,
            Storable(Told(exception, static e => e.StackTrace), 16_000));
    }

    /// <summary>Asks an exception for its message. Its type may have overridden that, so a failure to tell is told instead.</summary>
    public static string Told(Exception exception) => Told(exception, static e => e.Message) ?? string.Empty;

    private static string? Told(Exception exception, Func<Exception, string?> what)
    {
        try
        {
            return what(exception);
        }
        catch (Exception failure)
        {
            return $"The {exception.GetType().Name} cannot be read: doing so throws {failure.GetType().Name}.";
        }
    }

    /// <summary>Cuts text to a length and takes out what a database cannot store (NUL, unpaired surrogates).</summary>
    public static string? Storable(string? text, int longest)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length > longest ? string.Concat(text.AsSpan(0, longest), "…") : text;
        var clean = true;
        for (var i = 0; i < cut.Length && clean; i++)
        {
            clean = cut[i] != '\0' && !char.IsSurrogate(cut[i]);
        }

        if (clean)
        {
            return cut;
        }

        // Through UTF-8 and back: unpaired surrogates become U+FFFD, pairs survive.
        var utf8 = System.Text.Encoding.UTF8;
        return utf8.GetString(utf8.GetBytes(cut)).Replace('\0', '\uFFFD');
    }
}
