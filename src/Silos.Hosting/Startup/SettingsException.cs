namespace Silos.Hosting;

/// <summary>Settings are wrong and the start is refused; the message has every problem on a line of its own.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems));
