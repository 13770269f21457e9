using Microsoft.Extensions.Configuration.Memory;
using Silos.Hosting;

namespace Silos.Samples.Cluster.Shop;

/// <summary>An ordinary ASP.NET app that is a client of the cluster.</summary>
internal static class ShopApp
{
    private static readonly Dictionary<string, string?> Defaults = new() { ["urls"] = "http://127.0.0.1:8090" };

    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            await using var app = Build(arguments);
            await app.Services.GetRequiredService<ShopDatabase>().CreateAsync(CancellationToken.None);
            await app.RunAsync();
            return ExitCode.Ok;
        }
        catch (StartupException exception)
        {
            await Console.Error.WriteLineAsync($"shop: {exception.Message}");
            return ExitCode.Configuration;
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException)
        {
            await Console.Error.WriteLineAsync($"shop: the database does not answer: {exception.Message}");
            return ExitCode.Store;
        }
    }

    private static WebApplication Build(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        var connection = builder.Configuration.GetConnectionString("Silos");
        var shop = ShopDatabase.Of(connection);
        builder.Services.AddSingleton(_ => shop);
        builder.AddSilosClient(
            client => client.UsePostgresMembership(connection!),
            silos => silos
                .UsePostgresFallback(connection!)
                .ConfigureClient(options => options.TryTimeout = TimeSpan.FromSeconds(3)));
        builder.Services.AddExceptionHandler<Refusals>().AddProblemDetails();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.MapOrders();
        app.MapJobs();
        app.MapRuns();
        return app;
    }
}
