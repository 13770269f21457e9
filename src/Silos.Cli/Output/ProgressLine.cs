using System.Globalization;

namespace Silos.Cli.Output;

/// <summary>One line on standard error that says how far something is, while a person looks; gone when it is done.</summary>
internal sealed class ProgressLine(CliHost host, bool visible) : IDisposable
{
    private const int BarWidth = 30;

    private string _shown = string.Empty;

    /// <summary>Shows a share and what is going on.</summary>
    /// <param name="percent">How much is done; null if that is not known.</param>
    /// <param name="text">What is going on.</param>
    public void Report(double? percent, string text)
    {
        var bar = string.Empty;
        if (percent is { } share)
        {
            var full = (int)Math.Round(Math.Clamp(share, 0, 100) * BarWidth / 100);
            bar = string.Create(
                CultureInfo.InvariantCulture, $"[{new string('#', full)}{new string('.', BarWidth - full)}] {share,3:0} %  ");
        }

        Write(Show.Printable(Show.Short(bar + text, Math.Max(20, host.Width - 1)), lines: false));
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose() => Write(string.Empty);

    private void Write(string line)
    {
        if (visible && line != _shown)
        {
            host.Error.Write($"\r{line}\u001b[K");
            host.Error.Flush();
            _shown = line;
        }
    }
}
