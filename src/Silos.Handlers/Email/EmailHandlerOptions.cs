using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace Silos.Handlers.Email;

/// <summary>Settings of the <c>email</c> handler, read from <c>Silos:Handlers:Email</c>.</summary>
/// <remarks>Runs are accepted without any of them, because they may be sent by another process; a process that has to send one and has
/// neither <see cref="Host"/> nor <see cref="PickupDirectory"/> fails it and says so.</remarks>
public sealed class EmailHandlerOptions : IValidatableObject
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Handlers:Email";

    /// <summary>Gets or sets the mail server. Default: none.</summary>
    public string? Host { get; set; }

    /// <summary>Gets or sets the mail server's port. Default: as <see cref="Security"/> says.</summary>
    [Range(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Gets or sets how the connection is protected. Default: <see cref="SmtpSecurity.StartTls"/>, which fails if the server does not offer it.</summary>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Gets or sets who to sign in as. Default: nobody; the server must then accept mail as it is.</summary>
    public string? User { get; set; }

    /// <summary>Gets or sets the password of <see cref="User"/>. Never logged.</summary>
    public string? Password { get; set; }

    /// <summary>Gets or sets the sender: <c>jobs@example.com</c> or <c>Jobs &lt;jobs@example.com&gt;</c>. Required to send.</summary>
    public string? From { get; set; }

    /// <summary>
    /// Gets or sets the directory of named templates: <c>welcome_email</c> is <c>welcome_email.html</c>, <c>welcome_email.txt</c>,
    /// or both. Default: none; payloads then bring their text.
    /// </summary>
    public string? TemplateDirectory { get; set; }

    /// <summary>
    /// Gets or sets a directory into which messages are written as <c>.eml</c> files instead of being sent, for trying things
    /// out. Used only without <see cref="Host"/>. Default: none.
    /// </summary>
    public string? PickupDirectory { get; set; }

    /// <summary>Gets or sets how long sending one message may take. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many recipients one message may have, so that a payload cannot flood the server. Default: 100.</summary>
    [Range(1, 10_000)]
    public int MaxRecipients { get; set; } = 100;

    internal int EffectivePort => Port ?? Security switch
    {
        SmtpSecurity.Implicit => 465,
        SmtpSecurity.None => 25,
        _ => 587,
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((Host ?? PickupDirectory) is not null && !MailAddress.TryCreate(From, out _))
        {
            yield return new ValidationResult(
                $"{nameof(From)} '{From}' must be an address such as jobs@example.com, because mail is to be sent.", [nameof(From)]);
        }

        if (User is not null && string.IsNullOrEmpty(Password))
        {
            yield return new ValidationResult($"{nameof(Password)} must be set, because {nameof(User)} is.", [nameof(Password)]);
        }

        if (User is not null && Security == SmtpSecurity.None && !IsThisMachine(Host))
        {
            yield return new ValidationResult(
                $"{nameof(Security)} '{Security}' must be StartTls or Implicit when {nameof(User)} is set, because the password "
                + "would cross the network in the clear.",
                [nameof(Security)]);
        }

        if (TemplateDirectory is { } templates && !Directory.Exists(templates))
        {
            yield return new ValidationResult(
                $"{nameof(TemplateDirectory)} '{templates}' must be a directory that exists.", [nameof(TemplateDirectory)]);
        }
    }

    private static bool IsThisMachine(string? host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

[OptionsValidator]
internal sealed partial class EmailHandlerOptionsValidator : IValidateOptions<EmailHandlerOptions>;
