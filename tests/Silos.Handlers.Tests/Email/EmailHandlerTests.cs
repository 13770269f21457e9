using System.Text;
using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Handlers.Email;

public sealed class EmailHandlerTests : IDisposable
{
    private readonly DirectoryInfo _templates = Directory.CreateTempSubdirectory("silos-email");

    public void Dispose() => _templates.Delete(recursive: true);

    [Fact]
    public async Task The_described_payload_is_sent_from_its_template_with_its_variables()
    {
        Template("welcome_email.html", "<p>Hello {{name}} of {{ company }}!</p>");
        Template("welcome_email.txt", "Hello {{name}} of {{company}}!");
        await using var server = new TestSmtpServer();
        var context = new FakeJobContext("""
            {
              "to": "user@example.com",
              "subject": "Welcome {{name}}!",
              "template": "welcome_email",
              "variables": { "name": "John Doe", "company": "Acme <Corp> & Sons" }
            }
            """);

        await RunAsync(server, context);

        var message = Assert.Single(server.Messages);
        Assert.Contains("From: \"Nightly jobs\"\r\n <jobs@example.com>\r\n", message, StringComparison.Ordinal);
        Assert.Contains("To: user@example.com\r\n", message, StringComparison.Ordinal);
        Assert.Contains("Subject: Welcome John Doe!\r\n", message, StringComparison.Ordinal);
        Assert.Contains($"Message-ID: <silos-{context.RunId}@example.com>\r\n", message, StringComparison.Ordinal);
        Assert.Contains("Content-Type: multipart/alternative;", message, StringComparison.Ordinal);
        Assert.Equal(
            ["Hello John Doe of Acme <Corp> & Sons!", "<p>Hello John Doe of Acme &lt;Corp&gt; &amp; Sons!</p>"], Bodies(message));
        Assert.Contains("RCPT TO:<user@example.com>", server.Commands);
        Assert.Equal("2.0.0 queued as 42", context.Result.GetProperty("response").GetString());
        Assert.Equal(100, context.Progress[^1].Percent);
        Assert.All(context.Lines, line => Assert.DoesNotContain("user@", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copies_go_to_everyone_once_and_hidden_ones_are_not_shown()
    {
        await using var server = new TestSmtpServer();

        await RunAsync(server, new FakeJobContext("""
            {"to":["a@example.com","B <b@example.com>"],"cc":"a@example.com","bcc":["hidden@example.com"],"subject":"s","text":"t"}
            """));

        Assert.Equal(
            ["RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>", "RCPT TO:<hidden@example.com>"],
            server.Commands.Where(command => command.StartsWith("RCPT", StringComparison.Ordinal)));
        Assert.DoesNotContain("hidden", server.Messages[0], StringComparison.Ordinal);
        Assert.Contains("To: a@example.com,\r\n \"B\"\r\n <b@example.com>\r\nCc: a@example.com\r\n", server.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_outside_ascii_survives_in_subject_name_and_body()
    {
        await using var server = new TestSmtpServer();
        var subject = string.Concat(Enumerable.Repeat("Grüße aus Köln 🎉 ", 8)).Trim();

        await RunAsync(server, new FakeJobContext(JsonText.From(new
        {
            to = "Jörg Müller <joerg@example.com>",
            subject,
            text = "Zeile eins\n.\nZeile drei ä",
        }).Text));

        var message = server.Messages[0];
        Assert.All(message.Split("\r\n"), line => Assert.True(line.Length <= 78 && line.All(char.IsAscii), line));
        Assert.Equal(subject, DecodeHeader(message, "Subject"));
        Assert.StartsWith("Jörg Müller", DecodeHeader(message, "To"), StringComparison.Ordinal);
        Assert.Equal(["Zeile eins\r\n.\r\nZeile drei ä"], Bodies(message));
    }

    [Fact]
    public async Task Nothing_but_ehlo_and_starttls_crosses_the_network_unencrypted()
    {
        await using var server = new TestSmtpServer(SmtpSecurity.StartTls);
        var options = Settings(server.Port, SmtpSecurity.StartTls);
        (options.User, options.Password) = ("me", "s3cret");

        await RunAsync(options, Simple());

        Assert.Equal(
            ["EHLO", "STARTTLS"], server.Commands.Take(server.Commands.Count - server.EncryptedCommands.Count).Select(c => c.Split(' ')[0]));
        Assert.Contains($"AUTH PLAIN {Convert.ToBase64String("\0me\0s3cret"u8)}", server.EncryptedCommands);
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task A_connection_can_be_encrypted_from_the_first_byte()
    {
        await using var server = new TestSmtpServer(SmtpSecurity.Implicit);

        await RunAsync(Settings(server.Port, SmtpSecurity.Implicit), Simple());

        Assert.Equal(server.Commands, server.EncryptedCommands);
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task A_server_without_encryption_gets_nothing_when_encryption_is_wanted()
    {
        await using var server = new TestSmtpServer();

        var error = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(Settings(server.Port, SmtpSecurity.StartTls), Simple()));

        Assert.Contains("does not offer STARTTLS", error.Message, StringComparison.Ordinal);
        Assert.Equal(["EHLO"], server.Commands.Select(command => command.Split(' ')[0]));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        await using var server = new TestSmtpServer(SmtpSecurity.Implicit);
        var handler = new EmailHandler(Options.Create(Settings(server.Port, SmtpSecurity.Implicit)));

        await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() =>
            handler.RunAsync(Simple(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_other_way_to_sign_in_is_used_where_it_is_the_only_one()
    {
        var step = 0;
        await using var server = new TestSmtpServer(answer: command => command switch
        {
            _ when command.StartsWith("EHLO", StringComparison.Ordinal) => "250-test\r\n250 AUTH LOGIN",
            "AUTH LOGIN" => "334 VXNlcm5hbWU6",
            "bWU=" or "czNjcmV0" => ++step == 1 ? "334 UGFzc3dvcmQ6" : "235 welcome",
            _ => null,
        });
        var options = Settings(server.Port, SmtpSecurity.None);
        (options.User, options.Password) = ("me", "s3cret");

        await RunAsync(options, Simple());

        Assert.Single(server.Messages);
    }

    [Theory]
    [InlineData("MAIL", "451 try later", false)]
    [InlineData("RCPT", "450 mailbox busy", false)]
    [InlineData("RCPT", "550 no such user", true)]
    [InlineData("DATA", "552 too big", true)]
    [InlineData(".", "554 spam", true)]
    [InlineData(".", "452 no space", false)]
    [InlineData("EHLO", "421 closing", false)]
    public async Task A_refusal_for_now_is_tried_again_and_one_for_good_is_not(string command, string reply, bool forGood)
    {
        await using var server = new TestSmtpServer(answer: line => line.StartsWith(command, StringComparison.Ordinal) ? reply : null);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(server, Simple()));

        Assert.Equal(forGood, error is NonRetryableException);
        Assert.Contains(reply[4..], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("user@example.com", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task A_wrong_password_is_not_tried_again_and_not_shown()
    {
        await using var server = new TestSmtpServer(answer: line => line.StartsWith("AUTH", StringComparison.Ordinal) ? "535 no" : null);
        var options = Settings(server.Port, SmtpSecurity.None);
        (options.User, options.Password) = ("me", "s3cret");

        var error = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(options, Simple()));

        Assert.Equal("The mail server answered signing in with 535: no", error.Message);
    }

    [Fact]
    public async Task One_refused_recipient_means_that_nobody_gets_the_message()
    {
        await using var server = new TestSmtpServer(answer: line =>
            line.StartsWith("RCPT TO:<gone@", StringComparison.Ordinal) ? "550 gone" : null);

        var error = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(server, new FakeJobContext(
            """{"to":["ok@example.com","gone@example.com"],"subject":"s","text":"t"}""")));

        Assert.Contains("the recipient g***@example.com", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("DATA", server.Commands);
    }

    [Fact]
    public async Task A_later_attempt_of_the_same_run_does_not_send_again()
    {
        await using var server = new TestSmtpServer();
        var context = Simple();

        await RunAsync(server, context);
        await RunAsync(server, context);

        Assert.Single(server.Messages);
        Assert.Equal("2.0.0 queued as 42", context.Result.GetProperty("response").GetString());
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up_after_the_timeout()
    {
        await using var server = new TestSmtpServer(answer: line => line.StartsWith("MAIL", StringComparison.Ordinal) ? string.Empty : null);
        var time = new ManualTime();
        var context = new FakeJobContext("""{"to":"user@example.com","subject":"s","text":"t"}""") { Time = time };
        var run = RunAsync(server, context);
        await server.Asked.Task;

        time.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<TimeoutException>(() => run);
    }

    [Fact]
    public async Task A_cancelled_run_stops_talking()
    {
        await using var server = new TestSmtpServer(answer: line => line.StartsWith("MAIL", StringComparison.Ordinal) ? string.Empty : null);
        using var cancel = new CancellationTokenSource();
        var run = Handler(Settings(server.Port, SmtpSecurity.None)).RunAsync(Simple(), cancel.Token);
        await server.Asked.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task A_missing_variable_names_itself_and_the_template()
    {
        Template("invoice.html", "Dear {{name}}, you owe {{amount}}.");
        await using var server = new TestSmtpServer();

        var error = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(server, new FakeJobContext(
            """{"to":"user@example.com","subject":"s","template":"invoice","variables":{"name":"Ann"}}""")));

        Assert.Equal(
            "payload.variables.amount is missing, and template 'invoice.html' uses {{amount}}; there are name.", error.Message);
        Assert.Empty(server.Commands);
    }

    [Fact]
    public async Task A_template_that_does_not_exist_or_is_a_link_is_refused()
    {
        await using var server = new TestSmtpServer();
        File.CreateSymbolicLink(Path.Combine(_templates.FullName, "link.txt"), "/etc/hostname");

        var missing = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(server, Named("missing")));
        var link = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(server, Named("link")));

        Assert.Contains("there is neither missing.html nor missing.txt", missing.Message, StringComparison.Ordinal);
        Assert.Contains("not a link", link.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_a_run_says_what_to_set()
    {
        var error = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(new EmailHandlerOptions(), Simple()));

        Assert.Contains("Silos:Handlers:Email:Host", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_messages_can_be_written_into_a_directory()
    {
        var options = new EmailHandlerOptions { From = "jobs@example.com", PickupDirectory = Path.Combine(_templates.FullName, "out") };
        var context = Simple();

        await RunAsync(options, context);

        var file = Path.Combine(options.PickupDirectory, $"silos-{context.RunId}.eml");
        Assert.Equal(["t"], Bodies(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)));
    }

    private static FakeJobContext Simple() => new("""{"to":"user@example.com","subject":"s","text":"t"}""");

    private static FakeJobContext Named(string template) =>
        new($$"""{"to":"user@example.com","subject":"s","template":"{{template}}"}""");

    private static EmailHandler Handler(EmailHandlerOptions options) =>
        new(Options.Create(options), (_, certificate, _, _) => certificate?.Subject == "CN=localhost");

    private static Task RunAsync(EmailHandlerOptions options, FakeJobContext context) =>
        Handler(options).RunAsync(context, TestContext.Current.CancellationToken);

    private Task RunAsync(TestSmtpServer server, FakeJobContext context) => RunAsync(Settings(server.Port, SmtpSecurity.None), context);

    private EmailHandlerOptions Settings(int port, SmtpSecurity security) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        Security = security,
        From = "Nightly jobs <jobs@example.com>",
        TemplateDirectory = _templates.FullName,
    };

    private void Template(string name, string text) => File.WriteAllText(Path.Combine(_templates.FullName, name), text);

    /// <summary>Takes the bodies out of a message, decoded.</summary>
    private static string[] Bodies(string message) => [.. message.ReplaceLineEndings("\r\n")
        .Split("Content-Transfer-Encoding: base64\r\n\r\n")[1..]
        .Select(part => Encoding.UTF8.GetString(Convert.FromBase64String(part.Split("\r\n--")[0])))];

    private static string DecodeHeader(string message, string name)
    {
        var lines = message.Split("\r\n").SkipWhile(line => !line.StartsWith($"{name}: ", StringComparison.Ordinal)).ToList();
        var text = string.Concat(lines.Skip(1).TakeWhile(line => line.StartsWith(' ')).Prepend(lines[0][(name.Length + 2)..]));
        return string.Concat(text.Split(' ').Where(word => word.StartsWith("=?utf-8?B?", StringComparison.Ordinal))
            .Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2]))));
    }
}
