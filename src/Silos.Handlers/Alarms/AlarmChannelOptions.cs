using System.Net.Mail;
using Microsoft.Extensions.Options;
using Silos.Handlers.Email;

namespace Silos.Handlers.Alarms;

/// <summary>Where alarms are sent by webhook; configuration section <c>Silos:Alarms:Webhook</c>.</summary>
public sealed class AlarmWebhookOptions
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Alarms:Webhook";

    /// <summary>Gets or sets the address, <c>https://…</c> or <c>http://…</c>. Default: none, and nothing is sent.</summary>
    public string? Url { get; set; }

    /// <summary>
    /// Gets or sets the secret that signs what is sent, as Standard Webhooks writes it: <c>whsec_</c> and base64 of 24 to 64 bytes. Required
    /// with <see cref="Url"/>.
    /// </summary>
    public string? Secret { get; set; }
}

/// <summary>Who gets alarms by e-mail; configuration section <c>Silos:Alarms:Email</c>. The server is that of the <c>email</c> handler.</summary>
public sealed class AlarmEmailOptions
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Alarms:Email";

    /// <summary>
    /// Gets or sets the addresses. Default: none, and nothing is sent. With any, <see cref="EmailHandlerOptions.Host"/> (or, for trying out,
    /// <see cref="EmailHandlerOptions.PickupDirectory"/>) is required.
    /// </summary>
    public IList<string> To { get; set; } = [];
}

/// <summary>Refuses a start with settings that cannot work.</summary>
internal sealed class AlarmChannelValidator(IOptions<EmailHandlerOptions> mail) : IValidateOptions<AlarmWebhookOptions>, IValidateOptions<AlarmEmailOptions>
{
    public ValidateOptionsResult Validate(string? name, AlarmWebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrEmpty(options.Url))
        {
            return ValidateOptionsResult.Success;
        }

        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            return ValidateOptionsResult.Fail($"{AlarmWebhookOptions.Section}:Url ('{FieldProblem.Shorten(options.Url)}') must be an address such as https://example.com/alarms.");
        }

        // What is wrong with a secret is told without telling the secret.
        return StandardWebhook.TryReadSecret(options.Secret, out _)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{AlarmWebhookOptions.Section}:Secret must be whsec_ and base64 of 24 to 64 bytes: what is sent is signed with it.");
    }

    public ValidateOptionsResult Validate(string? name, AlarmEmailOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.To.Where(address => !MailAddress.TryCreate(address, out _))
            .Select(address => $"{AlarmEmailOptions.Section}:To ('{FieldProblem.Shorten(address)}') must be an address such as ops@example.com.").ToList();
        if (options.To.Count > 0 && mail.Value is { Host: null, PickupDirectory: null })
        {
            problems.Add(
                $"{AlarmEmailOptions.Section}:To is set, and there is no mail server to send with: set {EmailHandlerOptions.Section}:{nameof(EmailHandlerOptions.Host)} "
                + $"and {EmailHandlerOptions.Section}:{nameof(EmailHandlerOptions.From)}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
