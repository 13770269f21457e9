using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Handlers.Email;

/// <summary>Sends one message over SMTP.</summary>
/// <remarks>
/// Sending is a step: once the server has taken the message, later attempts do not send it again. Between the server's
/// acceptance and the step's record lies a moment in which a crash repeats the message; both then carry the same Message-ID,
/// by which mailboxes recognise it. Addresses and texts are not logged.
/// </remarks>
internal sealed partial class EmailHandler : ReadyMadeHandler<EmailPayload>
{
    public const string Key = "email";

    private readonly EmailHandlerOptions _options;
    private readonly TemplateStore _templates;
    private readonly SmtpSender _sender;

    public EmailHandler(IOptions<EmailHandlerOptions> options)
        : this(options, validate: null)
    {
    }

    internal EmailHandler(IOptions<EmailHandlerOptions> options, RemoteCertificateValidationCallback? validate)
    {
        _options = options.Value;
        _templates = new TemplateStore(_options.TemplateDirectory);
        _sender = new SmtpSender(_options, validate);
    }

    protected override EmailPayload Read(PayloadObject payload) => EmailPayload.Read(payload, _options);

    protected override async Task RunAsync(EmailPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        if (_options.Host is null && _options.PickupDirectory is null)
        {
            throw new NonRetryableException(
                $"There is no mail server to send with: set {EmailHandlerOptions.Section}:{nameof(EmailHandlerOptions.Host)} "
                + $"and {nameof(EmailHandlerOptions.From)}.");
        }

        await context.ReportProgressAsync(0, "Writing the message");
        var from = new MailAddress(_options.From!);
        var (html, text) = await BodiesAsync(payload, cancellationToken);
        var messageId = $"<{context.IdempotencyKey}@{from.Host}>";
        var message = MimeMessage.Write(from, payload, html, text, messageId, context.Clock.GetUtcNow());
        var recipients = payload.To.Concat(payload.Cc).Concat(payload.Bcc).DistinctBy(address => address.Address).ToList();

        LogSending(context.Log, recipients.Count, message.Length, payload.Template ?? "(in the payload)");
        await context.ReportProgressAsync(50, $"Sending to {recipients.Count} recipient(s)");
        var response = await context.StepAsync(
            "send",
            stepToken => _options.Host is null
                ? WriteAsync(context.IdempotencyKey, message, stepToken)
                : SendAsync(from, recipients, message, context, stepToken, cancellationToken));
        LogSent(context.Log, recipients.Count, response);
        context.SetResult(new EmailResult(messageId, recipients.Count, response));
        await context.ReportProgressAsync(100, $"Sent to {recipients.Count} recipient(s)");
    }

    private async Task<(string? Html, string? Text)> BodiesAsync(EmailPayload payload, CancellationToken cancellationToken)
    {
        var (html, text, htmlName, textName) = (payload.Html, payload.Text, "payload.html", "payload.text");
        if (payload.Template is { } template)
        {
            (html, text) = await _templates.ReadAsync(template, cancellationToken);
            (htmlName, textName) = ($"template '{template}.html'", $"template '{template}.txt'");
        }

        try
        {
            return payload.RenderBodies(html, text, htmlName, textName);
        }
        catch (PayloadException exception)
        {
            throw new NonRetryableException(exception.Message, exception);
        }
    }

    private async Task<string> SendAsync(
        MailAddress from,
        IReadOnlyList<MailAddress> recipients,
        string message,
        JobContext context,
        CancellationToken stepToken,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, context.Clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stepToken, cancellationToken);
        try
        {
            return await _sender.SendAsync(from, recipients, message, any.Token);
        }
        catch (SmtpRefusedException exception) when (exception.IsPermanent)
        {
            throw new NonRetryableException(exception.Message, exception);
        }
        catch (SocketException exception)
        {
            throw new IOException($"The mail server {_options.Host}:{_options.EffectivePort} cannot be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException)
            when (timeout.IsCancellationRequested && !stepToken.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The mail server {_options.Host}:{_options.EffectivePort} did not take the message within {_options.Timeout}.");
        }
    }

    private async Task<string> WriteAsync(string name, string message, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(_options.PickupDirectory!);
        var file = $"{name}.eml";
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, file), message, Encoding.ASCII, cancellationToken);
        return file;
    }
}
