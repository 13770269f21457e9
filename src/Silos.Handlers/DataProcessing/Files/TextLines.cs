using System.Text;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>Reads a file line by line in constant memory; lines can be put back to be read again.</summary>
internal sealed class TextLines(Stream stream, Encoding encoding, int longest) : IDisposable
{
    private readonly StreamReader _reader = new(stream, encoding, detectEncodingFromByteOrderMarks: true, 64 * 1024);
    private readonly char[] _buffer = new char[32 * 1024];
    private readonly Stack<TextLine> _returned = new();
    private readonly StringBuilder _long = new();
    private int _start;
    private int _end;
    private long _number;

    /// <summary>Reads the next line, or null at the end.</summary>
    public async ValueTask<TextLine?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_returned.TryPop(out var returned))
        {
            return returned;
        }

        var tooLong = false;
        while (true)
        {
            var rest = _buffer.AsMemory(_start, _end - _start);
            var length = rest.Span.IndexOf('\n') + 1;
            var piece = length > 0 ? rest[..length] : rest;
            if (length > 0 && _long.Length == 0 && piece.Length <= longest)
            {
                _start += length;
                return new TextLine(++_number, new string(piece.Span), IsTooLong: false);
            }

            tooLong |= _long.Length + piece.Length > longest;
            _long.Append(piece.Span[..Math.Min(piece.Length, longest - _long.Length)]);
            _start += piece.Length;
            if (length > 0)
            {
                return Take(tooLong);
            }

            (_start, _end) = (0, await _reader.ReadAsync(_buffer, cancellationToken));
            if (_end == 0)
            {
                return _long.Length == 0 ? null : Take(tooLong);
            }
        }
    }

    /// <summary>Puts lines back, to be read next, in their order.</summary>
    public void Return(IReadOnlyList<TextLine> lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            _returned.Push(lines[i]);
        }
    }

    public void Dispose() => _reader.Dispose();

    private TextLine Take(bool tooLong)
    {
        var line = new TextLine(++_number, _long.ToString(), tooLong);
        _long.Clear();
        return line;
    }
}
