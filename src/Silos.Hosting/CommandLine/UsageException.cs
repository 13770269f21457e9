namespace Silos.Hosting;

/// <summary>The command line is wrong; the message is one line without a full stop.</summary>
public sealed class UsageException(string message) : Exception(message);
