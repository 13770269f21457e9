using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Silos.Hosting;
using Silos.Standalone;

namespace Silos.Deploy.Tests.Support;

/// <summary>What the code has: the standalone host, composed with an environment and not started. A silo shares everything asked here with it.</summary>
internal static class Host
{
    /// <summary>A value for a variable that comes from a secret.</summary>
    public const string Secret = "a-secret-of-many-characters";

    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Gets how long the host itself takes for its stop at most.</summary>
    public static TimeSpan StopLimit { get; } = Ask(Nothing, app => app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);

    /// <summary>Gets the paths that are answered.</summary>
    public static IReadOnlySet<string> Paths { get; } = Ask(Nothing, app => ((IEndpointRouteBuilder)app).DataSources
        .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Select(endpoint => endpoint.RoutePattern.RawText!).ToHashSet(StringComparer.Ordinal));

    /// <summary>Finds what the strict settings say against an environment; null if nothing.</summary>
    public static string? Problem(IReadOnlyDictionary<string, string> environment)
    {
        try
        {
            return Ask(environment, _ => (string?)null);
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }

    private static T Ask<T>(IReadOnlyDictionary<string, string> environment, Func<WebApplication, T> question)
    {
        var settings = environment.Select(variable => KeyValuePair.Create(
            variable.Key.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
                ? variable.Key["ASPNETCORE_".Length..]
                : variable.Key.Replace("__", ":", StringComparison.Ordinal),
            (string?)variable.Value));
        var app = StandaloneHost.Build(HostArguments.Parse([]), builder => builder.Configuration.AddInMemoryCollection(settings));
        try
        {
            return question(app);
        }
        finally
        {
            ((IDisposable)app).Dispose();
        }
    }
}
