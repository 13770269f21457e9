using System.Net.Http.Headers;
using System.Reflection;
using Silos.Client;

namespace Silos.Cli.Server;

/// <summary>The typed client over a connection.</summary>
/// <param name="Client">The client.</param>
internal sealed record ServerClient(SilosHttpClient Client)
{
    private static readonly string Version =
        typeof(ServerClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    // Longer than the server lets a request wait for an outcome.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>Makes a client; the process ends before its connections have to be given back.</summary>
    public static ServerClient Make(Connection connection, TimeProvider clock)
    {
        var http = new HttpClient { BaseAddress = connection.Server, Timeout = Patience };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("silos-cli", Version));
        if (connection.Key is { } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (connection.Tenant is { } tenant)
        {
            http.DefaultRequestHeaders.Add("X-Team-ID", tenant);
        }

        return new ServerClient(new SilosHttpClient(http, clock));
    }
}
