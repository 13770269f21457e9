using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Silos.Hosting;

/// <summary>Why a start was refused, in words for the person who tried, and as an exit code.</summary>
/// <param name="Code">See <see cref="ExitCode"/>.</param>
/// <param name="Message">One line a problem.</param>
internal sealed record StartupFailure(int Code, string Message)
{
    /// <summary>Explains an exception, or returns null for one that nobody foresaw.</summary>
    public static StartupFailure? Of(Exception exception, IConfiguration? configuration) => exception switch
    {
        UsageException => new StartupFailure(ExitCode.Usage, exception.Message),
        SettingsException => new StartupFailure(ExitCode.Configuration, exception.Message),
        OptionsValidationException options => new StartupFailure(ExitCode.Configuration, string.Join(Environment.NewLine, Failures(options, configuration))),
        StartupException { Cause: StartupCause.Store } => new StartupFailure(ExitCode.Store, exception.Message),
        StartupException { Cause: StartupCause.Address } => new StartupFailure(ExitCode.PortInUse, exception.Message),
        StartupException => new StartupFailure(ExitCode.Configuration, exception.Message),
        IOException { InnerException: AddressInUseException } => PortTaken(configuration),
        SocketException or IOException { InnerException: SocketException } => new StartupFailure(
            ExitCode.PortInUse, $"Cannot listen on {Addresses(configuration)}: {exception.Message}"),
        AggregateException { InnerExceptions: [var one] } => Of(one, configuration),
        _ => null,
    };

    /// <summary>Writes what options found wrong, each with the variable or file that set it.</summary>
    public static IEnumerable<string> Failures(OptionsValidationException exception, IConfiguration? configuration) =>
        exception.Failures.Select(failure => configuration is null ? failure : WithOrigin(failure, configuration));

    private static string WithOrigin(string failure, IConfiguration configuration)
    {
        // "Silos:Slots (0) must be …": the key comes first.
        var key = failure.Split(' ', 2)[0];
        return key.StartsWith("Silos:", StringComparison.Ordinal) && !failure.Contains("(from ", StringComparison.Ordinal)
            && SettingsOrigin.Of(configuration, key) is { } origin
            ? $"{failure.TrimEnd('.')} (set by {origin})."
            : failure;
    }

    private static StartupFailure PortTaken(IConfiguration? configuration) => new(
        ExitCode.PortInUse,
        $"Another process listens on {Addresses(configuration)} already; stop it, or choose another address with --urls.");

    private static string Addresses(IConfiguration? configuration) =>
        configuration is null ? ListenAddresses.Default : ListenAddresses.Of(configuration);
}
