using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Silos.Jobs;
using Silos.Testing;

namespace Silos.Hosting.Tests.Startup;

public sealed class CompositionTests
{
    [Fact]
    public async Task Settings_that_fit_build_a_host()
    {
        var builder = Builder(("Silos:Slots", "3"));

        await using var app = builder.BuildSilos();

        Assert.NotNull(app.Services.GetRequiredService<ISilosClient>());
    }

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var builder = Builder(
            ("Silos:Slots", "-1"), ("Silos:Slot", "1"), ("Silos:Store", "oracle"), ("Silos:Handlers:Http:Timeout", "5"));

        var exception = Assert.Throws<SettingsException>(builder.BuildSilos);

        var lines = exception.Message.Split(Environment.NewLine).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(4, lines.Count);
        Assert.StartsWith("Silos:Handlers:Http:Timeout '5' must be a duration", lines[0], StringComparison.Ordinal);
        Assert.Equal("Silos:Slot is not a setting; did you mean Silos:Slots?", lines[1]);
        Assert.Equal("Silos:Slots (-1) must be between 0 and 100000.", lines[2]);
        Assert.Equal("Silos:Store 'oracle' must be one of sqlite, postgres.", lines[3]);
    }

    [Fact]
    public void A_source_or_meter_that_nothing_can_be_called_is_refused()
    {
        var builder = Builder(("Silos:Telemetry:Sources", "Contoso.*, Contoso Billing"), ("Silos:Telemetry:Meters:0", ""));

        var lines = Assert.Throws<SettingsException>(builder.BuildSilos).Message.Split(Environment.NewLine).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(2, lines.Count);
        Assert.StartsWith("Silos:Telemetry:Meters '' must be the name of a meter", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Silos:Telemetry:Sources 'Contoso Billing' must be the name of an activity source", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_have_the_last_word()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([new("Silos:Sqlite:Path", "from-file.db")]);

        var store = builder.AddSilosHosting(HostArguments.Parse(["--db", "/data/from-argument.db"]));

        Assert.Equal("/data/from-argument.db", store.Target);
    }

    [Fact]
    public void A_job_of_the_code_is_switched_off_by_the_environment()
    {
        var services = new ServiceCollection();
        services.AddSilos(silos => silos.AddJob("my-custom-job", static (_, _) => Task.CompletedTask).AddJob("other", static (_, _) => Task.CompletedTask));

        HostBuilderExtensions.SwitchJobs(
            services, JobSwitches.Read(new Dictionary<string, string> { ["ENABLE_MY_CUSTOM_JOB"] = "false" }));

        var jobs = services.Select(service => service.IsKeyedService ? null : service.ImplementationInstance as JobRegistration)
            .OfType<JobRegistration>().ToDictionary(job => job.Definition.Name.Value, job => job.Definition.Enabled);
        Assert.Equal(new Dictionary<string, bool> { ["my-custom-job"] = false, ["other"] = true }, jobs);
    }

    private static WebApplicationBuilder Builder(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.AddSilosHosting(new HostArguments());
        builder.Services.AddSingleton<Stores.ISilosStore>(new InMemoryStore(new InMemoryDatabase()));
        return builder;
    }
}
