using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text.Json;

namespace Silos.Handlers.Email;

/// <summary>What the <c>email</c> handler is asked to send.</summary>
internal sealed record EmailPayload
{
    public required IReadOnlyList<MailAddress> To { get; init; }

    public required IReadOnlyList<MailAddress> Cc { get; init; }

    public required IReadOnlyList<MailAddress> Bcc { get; init; }

    public required string Subject { get; init; }

    public string? Template { get; init; }

    public string? Html { get; init; }

    public string? Text { get; init; }

    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public static EmailPayload Read(PayloadObject payload, EmailHandlerOptions options)
    {
        var variables = ReadVariables(payload);
        var read = new EmailPayload
        {
            To = ReadAddresses(payload, "to"),
            Cc = ReadAddresses(payload, "cc"),
            Bcc = ReadAddresses(payload, "bcc"),
            Subject = ReadSubject(payload, variables),
            Template = ReadTemplate(payload),
            Html = payload.TextOrNull("html"),
            Text = payload.TextOrNull("text"),
            Variables = variables,
        };
        if (read.To.Count == 0)
        {
            payload.Text("to", "must be an address such as user@example.com, or a list of addresses");
        }

        var recipients = read.To.Count + read.Cc.Count + read.Bcc.Count;
        if (recipients > options.MaxRecipients)
        {
            throw payload.Problem("to", recipients, $"recipients with cc and bcc are too many; at most {options.MaxRecipients} are accepted");
        }

        if ((read.Template is null) == (read.Html is null && read.Text is null))
        {
            throw payload.Problem(
                "template",
                read.Template,
                read.Template is null
                    ? "is missing: invalid job payload structure; name a 'template', or bring 'html' or 'text'"
                    : "must not come together with 'html' or 'text'");
        }

        // What needs no file can be tried out before the run is stored.
        read.RenderBodies(read.Html, read.Text, "payload.html", "payload.text");
        return read;
    }

    /// <summary>Puts the variables into the bodies: escaped in HTML, as they are in text.</summary>
    public (string? Html, string? Text) RenderBodies(string? html, string? text, string htmlName, string textName) => (
        html is null ? null : TemplateText.Render(html, htmlName, Variables, value => WebUtility.HtmlEncode(value)),
        text is null ? null : TemplateText.Render(text, textName, Variables, value => value));

    private static Dictionary<string, string> ReadVariables(PayloadObject payload)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in payload.Members("variables"))
        {
            if (!TemplateText.IsName(name))
            {
                throw payload.Problem("variables", name, "must be named with letters, digits, '_', '-' and '.'");
            }

            var path = payload.Path($"variables.{name}");
            variables[name] = value.ValueKind switch
            {
                JsonValueKind.String => PayloadObject.TextOf(path, value),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => throw PayloadObject.Wrong(path, value, "must be a text, a number, true or false"),
            };
        }

        return variables;
    }

    private static string ReadSubject(PayloadObject payload, IReadOnlyDictionary<string, string> variables)
    {
        var subject = TemplateText.Render(
            payload.Text("subject", "must be the subject, which may contain variables like {{name}}"),
            "payload.subject",
            variables,
            value => value);

        // Checked after the variables are in: a line break in one of them would start a header of the writer's choice.
        return subject.Any(char.IsControl)
            ? throw payload.Problem("subject", subject, "must not contain line breaks or control characters, also not from variables")
            : subject;
    }

    private static string? ReadTemplate(PayloadObject payload) => payload.TextOrNull("template") is { } name && !TemplateStore.IsName(name)
        ? throw payload.Problem("template", name, "must be the name of a template: letters, digits, '_', '-' and '.', without directories")
        : payload.TextOrNull("template");

    private static List<MailAddress> ReadAddresses(PayloadObject payload, string field)
    {
        var addresses = new List<MailAddress>();
        foreach (var text in payload.Texts(field))
        {
            if (text.Any(char.IsControl))
            {
                throw payload.Problem(field, text, "must not contain line breaks or control characters");
            }

            addresses.Add(Address(text) ?? throw payload.Problem(
                field, text, "must be an address such as user@example.com or Name <user@example.com>; several go into a list"));
        }

        return addresses;
    }

    private static MailAddress? Address(string text)
    {
        // The platform reads "a@x, b@y" as b@y with the name "a@x,": a list in one text must not lose half of it.
        if ((!text.Contains('"') && text.AsSpan().ContainsAny(',', ';'))
            || !MailAddress.TryCreate(text, out var address)
            || address.DisplayName.Contains('@')
            || address.User.Any(c => c is <= ' ' or > '~' or '<' or '>' or '"' or ',' or ';' or '\\'))
        {
            return null;
        }

        try
        {
            // Names of hosts outside ASCII travel in their ASCII form.
            var host = new IdnMapping().GetAscii(address.Host);
            return host == address.Host ? address : new MailAddress($"{address.User}@{host}", address.DisplayName);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
