using Microsoft.Extensions.Configuration;
using Silos.Engine;
using Silos.Jobs;

namespace Silos.Hosting.Tests.Settings;

public sealed class DescribedEnvironmentTests
{
    /// <summary>Every name of the described systems with a value, and the setting it comes to.</summary>
    [Theory]
    [InlineData("DEPLOY_AS_JOB", "1", "Silos:Roles", "scheduler, worker")]
    [InlineData("DEPLOY_AS_JOB", "0", "Silos:Roles", null)]
    [InlineData("JOB_MAX_WORKERS", "5", "Silos:Slots", "5")]
    [InlineData("jobs.pool", "10", "Silos:Slots", "10")]
    [InlineData("JOBS_POOL", "0", "Silos:Slots", "0")]
    [InlineData("jobs.selfconcurrent", "true", "Silos:DefaultOverlap", "allow")]
    [InlineData("JOBS_SELFCONCURRENT", "false", "Silos:DefaultOverlap", "skip")]
    [InlineData("jobs.acceptproxyaddress", "true", DescribedNames.ForwardedHeaders, "true")]
    [InlineData("ENABLE_SYSTEM_QUEUE_CRON", "false", "Silos:QueueEnabled", "false")]
    [InlineData("JOB_BATCH_SIZE", "50", "Silos:QueueWindow", "50")]
    [InlineData("JOB_BATCH_SIZE", "3", "Silos:QueueWindow", "10")]
    [InlineData("JOB_MAX_RETRIES", "3", "Silos:DefaultRetry:MaxAttempts", "3")]
    [InlineData("JOB_MAX_RETRIES", "0", "Silos:DefaultRetry:MaxAttempts", "1")]
    [InlineData("JOB_TIMEOUT_SECONDS", "30", "Silos:DefaultTimeout", "30s")]
    [InlineData("JOB_RESERVATION_TIMEOUT", "5", "Silos:LeaseDuration", "5m")]
    [InlineData("retry.maxAttempts", "4", "Silos:DefaultRetry:MaxAttempts", "4")]
    [InlineData("RETRY_BACKOFF_COEFFICIENT", "1.5", "Silos:DefaultRetry:Coefficient", "1.5")]
    [InlineData("RETRY_INITIAL_INTERVAL_MS", "1000", "Silos:DefaultRetry:InitialInterval", "1000ms")]
    [InlineData("retry.maxIntervalMs", "60000", "Silos:DefaultRetry:MaxInterval", "60000ms")]
    [InlineData("timeoutMs", "300000", "Silos:DefaultTimeout", "300000ms")]
    [InlineData("LOG_LEVEL", "debug", "Logging:LogLevel:Default", "Debug")]
    [InlineData("LOG_LEVEL", "WARN", "Logging:LogLevel:Default", "Warning")]
    [InlineData("JOB_RUNNER_TYPE", "pgboss", "Silos:Store", "postgres")]
    [InlineData("JOB_RUNNER_TYPE", "temporal", "Silos:Store", null)]
    public void A_name_of_a_described_system_is_a_setting_here(string name, string value, string key, string? expected)
    {
        var described = Read((name, value));

        Assert.Empty(described.Problems);
        Assert.Equal(expected, Configuration(described)[key]);
        Assert.Equal(
            expected is null ? null : name,
            SettingsOrigin.Of(Configuration(described), key));
    }

    [Theory]
    [InlineData("JOB_MAX_WORKERS", "abc", "JOB_MAX_WORKERS 'abc' must be a whole number of at least 1.")]
    [InlineData("JOB_MAX_WORKERS", "0", "JOB_MAX_WORKERS '0' must be a whole number of at least 1.")]
    [InlineData("JOBS_POOL", "-1", "JOBS_POOL '-1' must be a whole number of at least 0.")]
    [InlineData("JOB_TIMEOUT_SECONDS", "30s", "JOB_TIMEOUT_SECONDS '30s' must be a whole number of at least 1.")]
    [InlineData("JOB_TIMEOUT_SECONDS", "99999999999", "JOB_TIMEOUT_SECONDS '99999999999' must be a whole number of at least 1.")]
    [InlineData("ENABLE_SYSTEM_QUEUE_CRON", "maybe", "ENABLE_SYSTEM_QUEUE_CRON 'maybe' must be true or false.")]
    [InlineData("LOG_LEVEL", "loud", "LOG_LEVEL 'loud' must be trace, debug, info, warn, error, critical or none.")]
    [InlineData("JOB_RUNNER_TYPE", "cron", "JOB_RUNNER_TYPE 'cron' must be pgboss or temporal.")]
    [InlineData("RETRY_BACKOFF_COEFFICIENT", "0.5", "RETRY_BACKOFF_COEFFICIENT '0.5' must be a number of at least 1.")]
    public void A_bad_value_is_told_with_variable_value_and_what_is_right(string name, string value, string expected) =>
        Assert.Equal([expected], Read((name, value)).Problems);

    [Fact]
    public void Two_names_that_contradict_each_other_are_refused()
    {
        Assert.Empty(Read(("JOB_MAX_WORKERS", "5"), ("JOBS_POOL", "5")).Problems);
        Assert.Equal(
            ["JOBS_POOL '10' and JOB_MAX_WORKERS set the same thing (Silos:Slots) differently; give one of them."],
            Read(("JOB_MAX_WORKERS", "5"), ("JOBS_POOL", "10")).Problems);
    }

    [Fact]
    public void What_means_nothing_here_is_said_in_a_line_each()
    {
        var described = Read(
            ("JOB_RUNNER_TYPE", "temporal"), ("TEMPORAL_ADDRESS", "temporal-frontend:7233"), ("TEMPORAL_NAMESPACE", "default"),
            ("TEMPORAL_JOB_TASK_QUEUE", "alga-jobs"), ("JOB_RUNNER_FALLBACK_TO_PGBOSS", "true"));

        Assert.Empty(described.Problems);
        Assert.Equal(4, described.Notes.Count);
        Assert.Contains("TEMPORAL_ADDRESS=temporal-frontend:7233: there is no Temporal server; nothing connects to it.", described.Notes);
    }

    [Fact]
    public void Temporal_without_a_fallback_refuses_the_start() => Assert.StartsWith(
        "JOB_RUNNER_TYPE 'temporal' needs a Temporal server",
        Assert.Single(Read(("JOB_RUNNER_TYPE", "temporal"), ("JOB_RUNNER_FALLBACK_TO_PGBOSS", "false")).Problems),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("ENABLE_MY_CUSTOM_JOB", "false", "my_custom_job", true)]
    [InlineData("ENABLE_MY_CUSTOM_JOB", "false", "my-custom-job", true)]
    [InlineData("ENABLE_MY_CUSTOM_JOB", "False", "My custom job", true)]
    [InlineData("ENABLE_MY_CUSTOM_JOB_CRON", "false", "my_custom_job", true)]
    [InlineData("ENABLE_MY_CUSTOM_JOB", "true", "my_custom_job", false)]
    [InlineData("ENABLE_MY_CUSTOM_JOB", "0", "my_custom_job", false)]
    [InlineData("ENABLE_MY_CUSTOM_JOB", "false", "my_custom_job_2", false)]
    [InlineData("ENABLE_SYSTEM_QUEUE_CRON", "false", "system-queue", false)]
    public void A_job_is_switched_off_by_its_name(string variable, string value, string job, bool off)
    {
        var definition = new JobDefinition { Name = JobName.Parse(job), Handler = "work" };

        Assert.Equal(!off, Read((variable, value)).Switches.Apply(definition).Enabled);
    }

    [Fact]
    public void Our_own_words_have_precedence_over_described_ones()
    {
        var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(Read(("JOB_MAX_WORKERS", "5")));
        configuration.AddInMemoryCollection([new("Silos:Slots", "9")]);
        var options = new EngineOptions();

        new SettingsBinder(configuration).Bind(configuration.GetSection("Silos"), options);

        Assert.Equal(9, options.Slots);
    }

    [Fact]
    public void The_readme_has_the_table_of_the_code()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "src", "Silos.Hosting", "README.md"));

        Assert.Contains(DescribedNames.ToMarkdown(), readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_engine_and_the_host_is_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "src", "Silos.Hosting", "README.md"));

        Assert.All(
            SettingsBinder.Properties(typeof(EngineOptions)).Concat(SettingsBinder.Properties(typeof(HostSettings))),
            property => Assert.Contains($"| `{property.Name}", readme, StringComparison.Ordinal));
    }

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory!.FullName, "Silos.sln")))
            {
                directory = directory.Parent;
            }

            return directory.FullName;
        }
    }

    private static DescribedEnvironment Read(params (string Name, string Value)[] variables) =>
        DescribedEnvironment.Read(variables.ToDictionary(v => v.Name, v => v.Value));

    private static ConfigurationManager Configuration(DescribedEnvironment described)
    {
        var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(described);
        return configuration;
    }
}
