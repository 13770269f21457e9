using Microsoft.Extensions.Configuration;
using Silos.Engine;
using Silos.Jobs;

namespace Silos.Hosting.Tests.Settings;

public sealed class SettingsBinderTests
{
    [Fact]
    public void Settings_are_read_as_people_write_them()
    {
        var options = new EngineOptions();
        var problems = Bind(
            options,
            ("Silos:roles", "api, Worker"),
            ("Silos:Slots", "7"),
            ("Silos:DrainTimeout", "90s"),
            ("Silos:CancelGrace", "00:00:10"),
            ("Silos:QueueEnabled", "off"),
            ("Silos:DefaultTimeZone", "Europe/Dublin"),
            ("Silos:DefaultRetry:MaxAttempts", "5"),
            ("Silos:DefaultRetry:NonRetryableErrors", "TimeoutException, IOException"),
            ("Silos:NamedSchedules:cron.nightly", "0 2 * * *"),
            ("Silos:DisabledHandlers:0", "http"));

        Assert.Empty(problems);
        Assert.Equal(SilosRoles.Api | SilosRoles.Worker, options.Roles);
        Assert.Equal(7, options.Slots);
        Assert.Equal(TimeSpan.FromSeconds(90), options.DrainTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), options.CancelGrace);
        Assert.False(options.QueueEnabled);
        Assert.Equal("Europe/Dublin", options.DefaultTimeZone);
        Assert.Equal(5, options.DefaultRetry.MaxAttempts);
        Assert.Equal(TimeSpan.FromSeconds(60), options.DefaultRetry.MaxInterval);
        Assert.Equal(["TimeoutException", "IOException"], options.DefaultRetry.NonRetryableErrors);
        Assert.Equal("0 2 * * *", options.NamedSchedules["cron.nightly"]);
        Assert.Equal(["http"], options.DisabledHandlers);
    }

    [Fact]
    public void A_shared_default_is_never_changed()
    {
        Bind(new EngineOptions(), ("Silos:DefaultRetry:MaxAttempts", "99"));

        Assert.Equal(3, RetryPolicy.Default.MaxAttempts);
    }

    [Fact]
    public void Roles_may_be_a_list()
    {
        var options = new EngineOptions();
        Bind(options, ("Silos:Roles:0", "scheduler"), ("Silos:Roles:1", "worker"));

        Assert.Equal(SilosRoles.Scheduler | SilosRoles.Worker, options.Roles);
    }

    [Theory]
    [InlineData("Silos:Slots", "many", "Silos:Slots 'many' must be a whole number.")]
    [InlineData("Silos:DrainTimeout", "30", "Silos:DrainTimeout '30' must be a duration; write a duration like 24h, 1h30m, 90s, 500ms, PT10M or 00:10:00.")]
    [InlineData("Silos:Roles", "api, boss", "Silos:Roles 'api, boss' must be any of api, scheduler, worker.")]
    [InlineData("Silos:QueueEnabled", "perhaps", "Silos:QueueEnabled 'perhaps' must be true or false.")]
    [InlineData("Silos:DefaultRetry:Coefficient", "NaN", "Silos:DefaultRetry:Coefficient 'NaN' must be a number.")]
    [InlineData("Silos:DefaultOverlap", "queue", "Silos:DefaultOverlap 'queue' must be one of skip, queue_one, queue_all, allow, cancel_running, terminate_running.")]
    public void A_value_that_does_not_fit_is_told(string key, string value, string expected)
    {
        object options = key == "Silos:DefaultOverlap" ? new HostSettings() : new EngineOptions();

        Assert.Equal([expected], Bind(options, (key, value)));
    }

    [Fact]
    public void The_variable_of_a_wrong_value_is_named()
    {
        Environment.SetEnvironmentVariable("SilosTest__Silos__Slots", "many");
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables("SilosTest__");
        var binder = new SettingsBinder(configuration);

        binder.Bind(configuration.GetSection("Silos"), new EngineOptions());

        Assert.Equal(["Silos:Slots 'many' (from Silos__Slots) must be a whole number."], binder.Problems);
    }

    [Fact]
    public void A_key_that_means_nothing_is_refused_with_what_is_near()
    {
        SettingsSection[] sections = [new("Silos", typeof(EngineOptions)), new("Silos", typeof(HostSettings)), new("Silos:Handlers:Http", typeof(LoggingSettings))];

        Assert.Empty(SettingsGuard.Check(
            Configuration(
                ("Silos:Slots", "1"), ("silos:sqlite:path", "x"), ("Silos:Handlers:Http:Format", "x"), ("Silos:NamedSchedules:cron.x", "y"),
                ("Silos:Roles:0", "api"), ("Silos:DefaultRetry:NonRetryableErrors:0", "z"), ("Other:Slot", "1")),
            sections));
        Assert.Equal(
            ["Silos:Slot is not a setting; did you mean Silos:Slots?"],
            SettingsGuard.Check(Configuration(("Silos:Slot", "1")), sections));
        Assert.Equal(
            ["Silos:Sqlite:File is not a setting; known are Path."],
            SettingsGuard.Check(Configuration(("Silos:Sqlite:File", "x")), sections));
        Assert.Equal(
            ["Silos:Handlers:Htp is not a setting; did you mean Silos:Handlers:Http?"],
            SettingsGuard.Check(Configuration(("Silos:Handlers:Htp:Format", "x")), sections));
    }

    private static IReadOnlyList<string> Bind(object options, params (string Key, string Value)[] settings)
    {
        var configuration = Configuration(settings);
        var binder = new SettingsBinder(configuration);
        binder.Bind(configuration.GetSection("Silos"), options);
        return binder.Problems;
    }

    private static ConfigurationManager Configuration(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        return configuration;
    }
}
