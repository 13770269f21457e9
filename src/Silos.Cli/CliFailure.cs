using System.Net.Sockets;
using System.Text.Json;
using Silos.Client;
using Silos.Hosting;

namespace Silos.Cli;

/// <summary>Makes of whatever went wrong an exit code and lines that say what to do.</summary>
internal static class CliFailure
{
    /// <summary>Explains an exception.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="server">The server that was asked, if one was.</param>
    /// <param name="mayRepeat">Whether the same command again does nothing twice.</param>
    public static (CliExit Exit, IReadOnlyList<string> Lines) Explain(Exception exception, string server, bool mayRepeat) => exception switch
    {
        CliException cli => (cli.Exit, cli.Message.Split('\n')),
        JobsFileException file => (CliExit.Usage, [.. file.Problems.Select(problem => problem.ToString())]),
        SilosHttpException http => (ExitOf(http), [OneLine(Text(http))]),
        InvalidException invalid => (CliExit.Usage, [OneLine(invalid.Message)]),
        HttpRequestException request => (CliExit.Unreachable,
            [IsUnknown(request)
                ? $"{server} has not answered ({Cause(request)}); {Again(mayRepeat)}"
                : $"{server} does not answer ({Cause(request)}); 'silos up' starts a server here, --server or SILOS_SERVER names another"]),
        OperationCanceledException { InnerException: TimeoutException } => (CliExit.Unreachable,
            [$"{server} has not answered in time; {Again(mayRepeat)}"]),
        OperationCanceledException => (CliExit.Interrupted, ["interrupted"]),
        JsonException => (CliExit.Failed, [$"the answer of {server} is not one of Silos; is the address right?"]),
        IOException or UnauthorizedAccessException => (CliExit.Usage, [OneLine(exception.Message)]),
        _ => (CliExit.Failed, [$"{exception.GetType().Name}: {OneLine(exception.Message)}"]),
    };

    /// <summary>Tells whether what was asked for may have been done although no answer came.</summary>
    public static bool IsUnknown(Exception exception) => exception switch
    {
        HttpRequestException request => request.HttpRequestError is not (
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError),
        SilosHttpException http => http.Status >= 500,
        _ => exception is OperationCanceledException,
    };

    private static string Again(bool mayRepeat) =>
        mayRepeat ? "it is safe to try again" : "what was asked for may have been done all the same: look before you try again";

    private static CliExit ExitOf(SilosHttpException exception) => exception.Status switch
    {
        _ when exception.Code == "unreadable" => CliExit.Failed,
        400 or 413 or 415 => CliExit.Usage,
        401 or 403 => CliExit.Unauthorised,
        404 => CliExit.NotFound,
        409 => CliExit.Conflict,
        429 or 503 => CliExit.Unreachable,
        _ => CliExit.Failed,
    };

    private static string Text(SilosHttpException exception) => exception.Status switch
    {
        401 => "the server wants a key that it knows: run 'silos login', or set SILOS_KEY",
        429 or 503 when exception.RetryAfter is { } wait => $"{exception.Message.TrimEnd('.')}; try again in {Math.Ceiling(wait.TotalSeconds)} s",
        _ => exception.Message,
    };

    private static string Cause(HttpRequestException exception) =>
        OneLine((exception.InnerException as SocketException ?? exception.InnerException ?? exception).Message).TrimEnd('.');

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
