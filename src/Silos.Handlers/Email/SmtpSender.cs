using System.Net;
using System.Net.Mail;
using System.Net.Security;
using System.Text;

namespace Silos.Handlers.Email;

/// <summary>Hands one message to the mail server, to all of its recipients or to none.</summary>
/// <remarks>
/// Our own dialogue instead of the platform's <c>SmtpClient</c>, which has no implicit TLS, no timeout for asynchronous
/// sending, and delivers to some recipients when it fails for others.
/// </remarks>
internal sealed class SmtpSender(EmailHandlerOptions options, RemoteCertificateValidationCallback? validate)
{
    /// <returns>What the server said when it took the message.</returns>
    /// <exception cref="SmtpRefusedException">The server does not want the message, the recipients or us.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<string> SendAsync(
        MailAddress from, IReadOnlyList<MailAddress> recipients, string message, CancellationToken cancellationToken)
    {
        await using var connection = await SmtpConnection.ConnectAsync(
            options.Host!, options.EffectivePort, validate, cancellationToken);
        if (options.Security == SmtpSecurity.Implicit)
        {
            await connection.EncryptAsync(cancellationToken);
        }

        await connection.ExpectAsync("the connection", 2, cancellationToken);
        var offers = await HelloAsync(connection, cancellationToken);
        if (options.Security == SmtpSecurity.StartTls)
        {
            if (offers.Extension("STARTTLS") is null)
            {
                throw new SmtpRefusedException(
                    530,
                    $"The mail server does not offer STARTTLS; set {EmailHandlerOptions.Section}:{nameof(EmailHandlerOptions.Security)} "
                    + "to Implicit, or to None if the network is trusted.");
            }

            await connection.SayAsync("STARTTLS", "STARTTLS", 2, cancellationToken);
            await connection.EncryptAsync(cancellationToken);

            // What was offered in the clear may have been tampered with: ask again.
            offers = await HelloAsync(connection, cancellationToken);
        }

        if (options.User is not null)
        {
            await SignInAsync(connection, offers, cancellationToken);
        }

        await connection.SayAsync($"MAIL FROM:<{from.Address}>", "the sender", 2, cancellationToken);
        foreach (var recipient in recipients)
        {
            await connection.SayAsync($"RCPT TO:<{recipient.Address}>", $"the recipient {Mask(recipient)}", 2, cancellationToken);
        }

        await connection.SayAsync("DATA", "DATA", 3, cancellationToken);

        // No line can begin with a dot (headers begin with names, bodies are base64), so none needs doubling.
        await connection.SendAsync(message + ".\r\n", cancellationToken);
        var accepted = await connection.ExpectAsync("the message", 2, cancellationToken);
        await QuitAsync(connection, cancellationToken);
        return accepted.Text;
    }

    /// <summary>Shows enough of an address to find it, not enough to write to it.</summary>
    public static string Mask(MailAddress address) => $"{address.User[0]}***@{address.Host}";

    private static Task<SmtpReply> HelloAsync(SmtpConnection connection, CancellationToken cancellationToken)
    {
        var name = Dns.GetHostName();
        return connection.SayAsync(
            $"EHLO {(Uri.CheckHostName(name) == UriHostNameType.Dns ? name : "[127.0.0.1]")}", "EHLO", 2, cancellationToken);
    }

    private async Task SignInAsync(SmtpConnection connection, SmtpReply offers, CancellationToken cancellationToken)
    {
        var ways = (offers.Extension("AUTH") ?? string.Empty).ToUpperInvariant().Split(' ');
        if (ways.Contains("PLAIN"))
        {
            await connection.SayAsync(
                $"AUTH PLAIN {Base64($"\0{options.User}\0{options.Password}")}", "signing in", 2, cancellationToken);
        }
        else if (ways.Contains("LOGIN"))
        {
            await connection.SayAsync("AUTH LOGIN", "signing in", 3, cancellationToken);
            await connection.SayAsync(Base64(options.User!), "signing in", 3, cancellationToken);
            await connection.SayAsync(Base64(options.Password!), "signing in", 2, cancellationToken);
        }
        else
        {
            throw new SmtpRefusedException(
                504, $"The mail server offers no way to sign in that is known here (PLAIN, LOGIN); it offers '{string.Join(' ', ways)}'.");
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static async Task QuitAsync(SmtpConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SayAsync("QUIT", "QUIT", 2, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SmtpRefusedException or OperationCanceledException)
        {
            // The message is accepted; failing now would send it again.
        }
    }
}
