using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Silos.Handlers.Email;

/// <summary>A small mail server on loopback. The test may answer commands itself.</summary>
internal sealed class TestSmtpServer : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = MakeCertificate();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SmtpSecurity _security;
    private readonly Func<string, string?> _answer;
    private readonly Task _serving;

    /// <param name="security">What the server offers.</param>
    /// <param name="answer">Gets a command, gives the reply; null for the usual one, the empty text for none at all.</param>
    public TestSmtpServer(SmtpSecurity security = SmtpSecurity.None, Func<string, string?>? answer = null)
    {
        _security = security;
        _answer = answer ?? (_ => null);
        _listener.Start();
        _serving = ServeAsync();
    }

    public List<string> Commands { get; } = [];

    public List<string> Messages { get; } = [];

    /// <summary>Gets the commands that came over an encrypted connection.</summary>
    public List<string> EncryptedCommands { get; } = [];

    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await TalkAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or InvalidOperationException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var encrypted = _security == SmtpSecurity.Implicit;
        if (encrypted)
        {
            stream = await EncryptAsync(stream);
        }

        await SayAsync(stream, "220 test.example ESMTP");
        while (await ReadLineAsync(stream) is { } line)
        {
            Commands.Add(line);
            if (encrypted)
            {
                EncryptedCommands.Add(line);
            }

            Asked.TrySetResult();
            var reply = _answer(line) ?? Usual(line, encrypted);
            if (reply.Length == 0)
            {
                continue;
            }

            await SayAsync(stream, reply);
            if (line == "STARTTLS" && reply.StartsWith('2'))
            {
                stream = await EncryptAsync(stream);
                encrypted = true;
            }
            else if (line == "DATA" && reply.StartsWith('3'))
            {
                var message = new StringBuilder();
                while (await ReadLineAsync(stream) is { } text && text != ".")
                {
                    message.Append(text).Append("\r\n");
                }

                var verdict = _answer(".") ?? "250 2.0.0 queued as 42";
                if (verdict.StartsWith('2'))
                {
                    Messages.Add(message.ToString());
                }

                await SayAsync(stream, verdict);
            }
            else if (line == "QUIT")
            {
                return;
            }
        }
    }

    private string Usual(string line, bool encrypted) => line.Split(' ')[0].ToUpperInvariant() switch
    {
        "EHLO" => _security == SmtpSecurity.StartTls && !encrypted
            ? "250-test.example\r\n250-SIZE 1000000\r\n250 STARTTLS"
            : "250-test.example\r\n250-8BITMIME\r\n250 AUTH LOGIN PLAIN",
        "STARTTLS" => "220 go ahead",
        "AUTH" => "235 welcome",
        "DATA" => "354 go ahead",
        "QUIT" => "221 bye",
        _ => "250 ok",
    };

    private async Task<Stream> EncryptAsync(Stream stream)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
        return encrypted;
    }

    private Task SayAsync(Stream stream, string reply) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), _stop.Token).AsTask();

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        return null;
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
