using Silos.Hosting;
using Silos.Web;

namespace Silos.Standalone;

/// <summary>One process that schedules, queues, runs and remembers: what <c>Program</c> starts, for whoever wants it inside their own process.</summary>
public static class StandaloneHost
{
    /// <summary>Composes the application; nothing is open or listening before it is started.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="extend">Adds settings, handlers and jobs before the rest; null for none.</param>
    /// <returns>The application, with its settings checked.</returns>
    public static WebApplication Build(HostArguments arguments, Action<WebApplicationBuilder>? extend = null)
    {
        var builder = WebApplication.CreateBuilder();
        extend?.Invoke(builder);

        var store = builder.AddSilosHosting(arguments);
        builder.Services.AddSilos(silos => silos.UseStore(store));
        builder.Services.AddSilosWeb();
        builder.Services.BindSettings<SilosWebOptions>(HostSettings.Section);
        builder.Services.BindSettings<SilosMetricsOptions>(SilosMetricsOptions.Section);

        var app = builder.BuildSilos();
        app.UseSilosRoles();
        app.MapSilosWeb();
        app.MapSilosNotFound();
        return app;
    }
}
