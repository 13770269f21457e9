using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Silos.Handlers.Email;

/// <summary>A conversation with a mail server: lines out, replies in (RFC 5321), with TLS from the start or from STARTTLS on.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int MaxLine = 4096;
    private const int MaxReplyLines = 200;

    private readonly string _host;
    private readonly RemoteCertificateValidationCallback? _validate;
    private readonly byte[] _buffer = new byte[MaxLine];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpConnection(Stream stream, string host, RemoteCertificateValidationCallback? validate)
    {
        _stream = stream;
        _host = host;
        _validate = validate;
    }

    public static async Task<SmtpConnection> ConnectAsync(
        string host, int port, RemoteCertificateValidationCallback? validate, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancellationToken);
            return new SmtpConnection(new NetworkStream(client.Client, ownsSocket: true), host, validate);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Encrypts the rest of the conversation.</summary>
    public async Task EncryptAsync(CancellationToken cancellationToken)
    {
        if (_start != _end)
        {
            // Somebody in between put words into the clear part that would count as said under encryption.
            throw new IOException("The mail server sent more than its reply before encryption began.");
        }

        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false, _validate);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _host }, cancellationToken);
    }

    /// <summary>Says a line and expects a reply with one of the codes.</summary>
    /// <param name="line">The line.</param>
    /// <param name="what">What the line is called in errors, because the line itself may hold a secret.</param>
    /// <param name="expected">The first digit of good codes, such as 2.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SmtpRefusedException">The reply has another code.</exception>
    public async Task<SmtpReply> SayAsync(string line, string what, int expected, CancellationToken cancellationToken)
    {
        await SendAsync(line + "\r\n", cancellationToken);
        return await ExpectAsync(what, expected, cancellationToken);
    }

    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Reads a reply and expects its code to begin with a digit.</summary>
    /// <exception cref="SmtpRefusedException">It begins with another one.</exception>
    public async Task<SmtpReply> ExpectAsync(string what, int expected, CancellationToken cancellationToken)
    {
        var reply = await ReadReplyAsync(cancellationToken);
        return reply.Code / 100 == expected
            ? reply
            : throw new SmtpRefusedException(reply.Code, $"The mail server answered {what} with {reply.Code}: {reply.Text}");
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MaxReplyLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                || code is < 200 or > 599)
            {
                throw new IOException($"The mail server sent '{ResultText.OneLine(line, 60)}', which is not a reply of SMTP.");
            }

            lines.Add(line.Length > 4 ? line[4..] : string.Empty);
            if (line.Length == 3 || line[3] != '-')
            {
                return new SmtpReply(code, lines);
            }
        }

        throw new IOException($"The mail server sent a reply of more than {MaxReplyLines} lines.");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                throw new IOException($"The mail server sent a line of more than {MaxLine} bytes.");
            }

            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read > 0 ? read : throw new IOException("The mail server closed the connection.");
        }
    }
}
