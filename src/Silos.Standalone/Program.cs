using Silos;
using Silos.Hosting;
using Silos.Standalone;
using Silos.Web;

return await SilosProgram.RunAsync(args, static arguments =>
{
    var builder = WebApplication.CreateBuilder();

    var store = builder.AddSilosHosting(arguments);
    builder.Services.AddSilos(silos => silos.UseStore(store));
    builder.Services.AddSilosWeb();
    builder.Services.BindSettings<SilosWebOptions>(HostSettings.Section);

    var app = builder.BuildSilos();
    app.UseSilosRoles();
    app.MapSilosWeb();
    return app;
});
