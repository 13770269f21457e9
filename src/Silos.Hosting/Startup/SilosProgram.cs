using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Silos.Secrets;
using Silos.Stores;

namespace Silos.Hosting;

/// <summary>Runs a host from its command line to its exit code.</summary>
public static partial class SilosProgram
{
    /// <summary>Runs until the process is asked to stop (SIGTERM, Ctrl+C; a second Ctrl+C ends it at once).</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="compose">Builds the application.</param>
    /// <param name="kind">The kind of process: which arguments there are.</param>
    /// <returns>One of <see cref="ExitCode"/>. Whatever refuses the start is told on standard error, a line a problem.</returns>
    public static async Task<int> RunAsync(
        string[] arguments, Func<HostArguments, WebApplication> compose, HostKind kind = HostKind.Standalone)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(compose);
        WebApplication? app = null;
        try
        {
            var key = KeyArguments.IsMeant(arguments) ? KeyArguments.Parse(arguments) : null;
            var parsed = HostArguments.Parse(key?.Rest ?? arguments, kind);
            if (parsed.Help || parsed.Version)
            {
                await Console.Out.WriteLineAsync(parsed.Help ? HostHelp.Text(kind) : HostHelp.Version);
                return ExitCode.Ok;
            }

            if (parsed.Health)
            {
                var health = await HealthQuestion.AskAsync(parsed, CancellationToken.None);
                await (health.Ready ? Console.Out : Console.Error).WriteLineAsync(health.Text);
                return health.Ready ? ExitCode.Ok : ExitCode.Failure;
            }

            app = compose(parsed);
            if (parsed.Migrate)
            {
                await MigrateAsync(app);
                return ExitCode.Ok;
            }

            if (key is not null)
            {
                await KeyCommand.RunAsync(app, key, CancellationToken.None);
                return ExitCode.Ok;
            }

            await RunAsync(app);
            return Environment.ExitCode;
        }
        catch (Exception exception)
        {
            return await RefuseAsync(exception, app?.Configuration, app?.Services.GetService<Redactor>() ?? new Redactor());
        }
        finally
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }
        }
    }

    private static async Task RunAsync(WebApplication app)
    {
        using var interrupts = EndAtSecondInterrupt();
        try
        {
            await app.StartAsync();
        }
        catch (Exception)
        {
            await GiveBackAsync(app);
            throw;
        }

        await AnnounceAsync(app);
        await app.WaitForShutdownAsync();
    }

    /// <summary>Stops what did start, after a start that was refused: that, and not what then goes wrong, is what has to be told.</summary>
    private static async Task GiveBackAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync();
        }
        catch (Exception exception)
        {
            LogNotGivenBack(app.Logger, exception);
        }
    }

    private static async Task MigrateAsync(WebApplication app)
    {
        var store = app.Services.GetRequiredService<ISilosStore>();
        if (store is not IStoreMigration migration)
        {
            throw new StartupException($"A store of the kind '{store.Kind}' brings its schema up to date when it is opened.");
        }

        try
        {
            var outcomes = await migration.MigrateAsync(CancellationToken.None);
            await Console.Out.WriteLineAsync("The schema is up to date: " + string.Join(", ", outcomes.Select(outcome =>
                $"{outcome.Set} at version {outcome.Version} ({(outcome.Applied == 0 ? "nothing was missing" : $"{outcome.Applied} applied")})")));
        }
        catch (StartupException exception)
        {
            throw new StartupException(exception.Message, exception) { Cause = StartupCause.Store };
        }
    }

    private static async Task AnnounceAsync(WebApplication app)
    {
        var plan = app.Services.GetRequiredService<HostPlan>();
        foreach (var note in plan.Notes)
        {
            LogNote(app.Logger, note);
        }

        if (plan.Format == LogFormat.Json)
        {
            LogUp(app.Logger, HostHelp.Version, string.Join(' ', app.Urls), plan.Store.Description);
        }
        else
        {
            await Console.Out.WriteAsync(await HostBanner.WriteAsync(app, CancellationToken.None));
        }
    }

    private static async Task<int> RefuseAsync(Exception exception, IConfiguration? configuration, Redactor redactor)
    {
        var failure = StartupFailure.Of(exception, configuration)
            ?? new StartupFailure(ExitCode.Failure, $"{exception.GetType().Name}: {exception.Message}");
        foreach (var line in failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await Console.Error.WriteLineAsync($"silos: {redactor.Text(line)}");
        }

        if (configuration is not null && HostLogging.IsDebug(configuration))
        {
            await Console.Error.WriteLineAsync(redactor.Text(exception.ToString()));
        }

        return failure.Code;
    }

    // The first one is the host's: it stops and drains.
    private static PosixSignalRegistration EndAtSecondInterrupt()
    {
        var interrupts = 0;
        return PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            if (Interlocked.Increment(ref interrupts) > 1)
            {
                Environment.Exit(ExitCode.Failure);
            }
        });
    }

    [LoggerMessage(1, LogLevel.Information, "{Note}")]
    private static partial void LogNote(ILogger logger, string note);

    [LoggerMessage(2, LogLevel.Information, "Silos {Version} is up on {Urls}, store {Store}")]
    private static partial void LogUp(ILogger logger, string version, string urls, string store);

    [LoggerMessage(3, LogLevel.Debug, "Not everything that had started could be stopped")]
    private static partial void LogNotGivenBack(ILogger logger, Exception exception);
}
