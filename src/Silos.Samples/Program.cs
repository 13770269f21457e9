using Silos;
using Silos.Hosting;
using Silos.Samples;
using Silos.Samples.Data;
using Silos.Web;

return await SilosProgram.RunAsync(args, static arguments =>
{
    var builder = WebApplication.CreateBuilder();

    // Beside a standalone host on the same machine: another port and another file.
    var store = builder.AddSilosHosting(arguments with
    {
        Urls = arguments.Urls ?? builder.Configuration["urls"] ?? "http://127.0.0.1:8081",
        Database = arguments.Database ?? builder.Configuration["Silos:Sqlite:Path"] ?? "samples.db",
    });
    builder.Services.AddSilos(silos => silos
        .AddSampleJobs(SampleSettings.Read(builder.Configuration))
        .AddSampleLife()
        .UseSqlite(store.Target));
    builder.Services.AddSilosWeb();
    builder.Services.BindSettings<SilosWebOptions>(HostSettings.Section);

    var app = builder.Build();
    app.UseSilosRoles();
    app.MapSilosWeb();
    return app;
});
