using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Silos.Hosting;

/// <summary>Logging as a host wants it: our lines at Information, the framework's from Warning on, to the console.</summary>
internal static class HostLogging
{
    // These tell about a refused start, stack trace and all, which is told in one line already.
    private static readonly string[] Doubling =
    [
        "Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel",
        "Orleans.Runtime.SiloLifecycleSubject", "Orleans.Runtime.Silo",
    ];

    /// <summary>The levels where nobody says otherwise.</summary>
    public static IReadOnlyDictionary<string, string?> Defaults { get; } = new Dictionary<string, string?>
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:System"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.Watch"] = "None",
        ["Logging:LogLevel:Orleans"] = "Warning",

        // At its first look it takes the whole time since the machine was started for a delay.
        ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
        ["Logging:LogLevel:Silos.Cluster.Nodes.NodeService"] = "Warning",
        ["Logging:LogLevel:Silos.Cluster.Workers.WorkerService"] = "Warning",
    };

    /// <summary>Tells whether somebody wants to see everything.</summary>
    public static bool IsDebug(IConfiguration configuration) => configuration["Logging:LogLevel:Default"] is "Debug" or "Trace";

    public static void Set(WebApplicationBuilder builder, LogFormat format)
    {
        builder.Logging.ClearProviders();
        if (!IsDebug(builder.Configuration))
        {
            foreach (var category in Doubling)
            {
                builder.Logging.AddFilter(category, LogLevel.None);
            }
        }

        if (format == LogFormat.Json)
        {
            builder.Logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                options.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
            builder.Logging.AddConsoleFormatter<RedactingJsonFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();
            builder.Logging.AddConsole(options => options.FormatterName = RedactingJsonFormatter.FormatterName);
        }
        else
        {
            builder.Logging.AddConsoleFormatter<LineFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();
            builder.Logging.AddConsole(options => options.FormatterName = LineFormatter.FormatterName);
        }
    }
}
