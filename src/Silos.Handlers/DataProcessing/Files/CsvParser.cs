using System.Text;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>Takes records of CSV (RFC 4180) apart, fed line by line.</summary>
internal sealed class CsvParser(char delimiter)
{
    private readonly List<string?> _fields = [];
    private readonly StringBuilder _quoted = new();
    private bool _inQuotes;

    /// <summary>Gets the fields so far. An empty field is null without quotes and an empty text with them.</summary>
    public IReadOnlyList<string?> Fields => _fields;

    /// <summary>Gets what is wrong, after <see cref="CsvState.Malformed"/>.</summary>
    public string Problem { get; private set; } = string.Empty;

    /// <summary>Forgets what was fed.</summary>
    public void Reset()
    {
        _fields.Clear();
        _quoted.Clear();
        _inQuotes = false;
    }

    /// <summary>Takes a line with its line break.</summary>
    public CsvState Feed(string line)
    {
        var at = 0;
        while (true)
        {
            if (_inQuotes || (at < line.Length && line[at] == '"'))
            {
                at = _inQuotes ? at : at + 1;
                _inQuotes = true;
                if (!TakeQuoted(line, ref at))
                {
                    return CsvState.Open;
                }

                _inQuotes = false;
                _fields.Add(_quoted.ToString());
                _quoted.Clear();
            }
            else if (!TakePlain(line, ref at))
            {
                Problem = $"field {_fields.Count} has a quote in it, but does not begin with one";
                return CsvState.Malformed;
            }

            if (IsEnd(line, at))
            {
                return CsvState.Complete;
            }

            if (line[at] != delimiter)
            {
                Problem = $"field {_fields.Count} goes on after its closing quote";
                return CsvState.Malformed;
            }

            at++;
        }
    }

    /// <summary>Takes text up to the closing quote; false if the line ends before it.</summary>
    private bool TakeQuoted(string line, ref int at)
    {
        while (true)
        {
            var quote = line.IndexOf('"', at);
            if (quote < 0)
            {
                _quoted.Append(line, at, line.Length - at);
                return false;
            }

            _quoted.Append(line, at, quote - at);
            at = quote + 1;
            if (at >= line.Length || line[at] != '"')
            {
                return true;
            }

            _quoted.Append('"');
            at++;
        }
    }

    private bool TakePlain(string line, ref int at)
    {
        var rest = line.AsSpan(at);
        var length = rest.IndexOfAny(delimiter, '\r', '\n');
        while (length >= 0 && rest[length] == '\r' && !IsEnd(line, at + length))
        {
            // A carriage return inside the line is text.
            var more = rest[(length + 1)..].IndexOfAny(delimiter, '\r', '\n');
            length = more < 0 ? -1 : length + 1 + more;
        }

        var field = length < 0 ? rest : rest[..length];
        at += field.Length;
        _fields.Add(field.IsEmpty ? null : field.ToString());
        return !field.Contains('"');
    }

    private static bool IsEnd(string line, int at) =>
        at >= line.Length || line[at] == '\n' || (line[at] == '\r' && (at + 1 == line.Length || line[at + 1] == '\n'));
}

/// <summary>How far a record is.</summary>
internal enum CsvState
{
    /// <summary>All fields are there.</summary>
    Complete,

    /// <summary>A quoted field goes on in the next line.</summary>
    Open,

    /// <summary>It is no CSV.</summary>
    Malformed,
}
