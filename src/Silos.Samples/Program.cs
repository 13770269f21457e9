using Microsoft.Extensions.Configuration.Memory;
using Silos;
using Silos.Hosting;
using Silos.Samples;
using Silos.Samples.Data;
using Silos.Web;

return await SilosProgram.RunAsync(args, static arguments =>
{
    var builder = WebApplication.CreateBuilder();

    // Beside a standalone host on the same machine: another port and another file, unless somebody says so.
    ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:8081", ["Silos:Sqlite:Path"] = "samples.db" },
    });

    var store = builder.AddSilosHosting(arguments);
    if (store.Kind != StoreKind.Sqlite)
    {
        throw new StartupException("The samples run on SQLite; leave --store and Silos:Store out.");
    }

    builder.Services.AddSilos(silos => silos
        .AddSampleJobs(SampleSettings.Read(builder.Configuration))
        .AddSampleLife()
        .UseSqlite(store.Target));
    builder.Services.AddSilosWeb();
    builder.Services.BindSettings<SilosWebOptions>(HostSettings.Section);
    builder.Services.BindSettings<SilosMetricsOptions>(SilosMetricsOptions.Section);

    var app = builder.Build();
    app.UseSilosRoles();
    app.MapSilosWeb();
    return app;
});
