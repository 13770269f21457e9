using System.Text;

namespace Silos.Handlers.Command;

/// <summary>Reads lines of at most so many characters; the rest of a longer line is thrown away as it arrives.</summary>
/// <remarks>A program may write gigabytes without a line break, which the reader of the platform would gather in memory.</remarks>
internal static class BoundedLineReader
{
    public static async Task ReadAsync(TextReader reader, int longest, Action<string> onLine)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        var dropped = false;
        var any = false;
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            foreach (var c in buffer.AsSpan(0, read))
            {
                // A lone CR redraws a progress bar: each state is a line of its own. CR LF ends one line, not two.
                if (c is '\n' or '\r')
                {
                    if (any)
                    {
                        Emit();
                    }

                    continue;
                }

                any = true;
                if (line.Length < longest)
                {
                    line.Append(c == '\0' ? '\uFFFD' : c);
                }
                else
                {
                    dropped = true;
                }
            }
        }

        if (any)
        {
            Emit();
        }

        void Emit()
        {
            onLine(dropped ? $"{line}…" : line.ToString());
            line.Clear();
            dropped = false;
            any = false;
        }
    }
}
