using Silos.Hosting;
using Silos.Web;

namespace Silos.Silo;

/// <summary>One silo of a cluster: what <c>Program</c> starts, for whoever wants it inside their own process.</summary>
public static class SiloHost
{
    /// <summary>Composes the application; nothing is open or listening before it is started.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="extend">Adds settings, handlers and jobs before the rest; null for none.</param>
    /// <returns>The application, with its settings checked.</returns>
    public static WebApplication Build(HostArguments arguments, Action<WebApplicationBuilder>? extend = null)
    {
        var builder = WebApplication.CreateBuilder();
        extend?.Invoke(builder);

        var store = builder.AddSilosHosting(arguments, HostKind.Silo);
        builder.Services.BindSettings<SiloSettings>(SiloSettings.Section);
        builder.UseOrleans(silo => silo
            .UseSettings()
            .UsePostgresMembership(store.Target)
            .AddSilos(silos => silos.AddHostHandlers().UsePostgres(store.Target)));
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
