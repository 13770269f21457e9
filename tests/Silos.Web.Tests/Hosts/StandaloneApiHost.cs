using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Silos.Hosting;
using Silos.Standalone;

namespace Silos.Web.Tests.Hosts;

/// <summary>The standalone host as it is shipped, in this process, on a port of its own: engine, store and Kestrel are real.</summary>
public abstract class StandaloneApiHost : IApiHost
{
    private WebApplication? _app;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <inheritdoc/>
    public IReadOnlyList<Endpoint> Endpoints => [.. ((IEndpointRouteBuilder)_app!).DataSources.SelectMany(source => source.Endpoints)];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var arguments = await ArgumentsAsync() with { Urls = "http://127.0.0.1:0" };
        _app = StandaloneHost.Build(arguments, builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestSettings.All);
            builder.Services.AddSilos(silos => silos.AddTestHandlers());
        });
        await _app.StartAsync();
        Http.BaseAddress = new Uri(_app.Urls.First());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_app is { } app)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes an empty store and names it as a command line does.</summary>
    protected abstract Task<HostArguments> ArgumentsAsync();

    /// <summary>Removes the store.</summary>
    protected abstract Task CleanAsync();
}
