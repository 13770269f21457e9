using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Silos.Deploy.Tests.Support;
using Silos.Hosting;

namespace Silos.Deploy.Tests.Machines;

public sealed partial class ComposeTests
{
    private static readonly string Text = Repository.Read("deploy/compose.yaml");

    private static JsonObject Services { get; } = YamlDocuments.Parse(Text).Single()["services"]!.AsObject();

    private static IEnumerable<JsonNode> Silos => Services.Where(service => service.Key.StartsWith("silo-", StringComparison.Ordinal)).Select(service => service.Value!);

    [Fact]
    public void Two_silos_start_after_the_migration_which_starts_after_the_database()
    {
        Assert.Equal(2, Silos.Count());
        Assert.All(Silos, silo => Assert.Equal("service_completed_successfully", silo["depends_on"]!["migrate"]!["condition"].Text()));
        Assert.Equal("service_healthy", Services["migrate"]!["depends_on"]!["postgres"]!["condition"].Text());
        Assert.True(HostArguments.Parse([.. Services["migrate"]!["command"].List().Select(argument => argument.Text())], HostKind.Silo).Migrate);
        Assert.NotNull(Services["postgres"]!["healthcheck"]);
    }

    [Fact]
    public void A_silo_reads_every_variable_and_takes_its_value() => Assert.All(Silos.Append(Services["migrate"]!), silo =>
    {
        var environment = silo["environment"]!.AsObject().ToDictionary(variable => variable.Key, variable => Filled(variable.Value.Text()));
        foreach (var (name, value) in Dockerfile.Read().Stage("silo").Environment())
        {
            environment.TryAdd(name, value);
        }

        EnvironmentCheck.SiloTakes(environment);
    });

    /// <summary>Compose stops with the text after <c>:?</c> when such a variable is missing or empty.</summary>
    [Fact]
    public void No_password_has_a_default_and_one_that_is_missing_is_told()
    {
        var asked = Variables().Matches(Text).Select(match => match.Groups["name"].Value).Distinct().Order();
        Assert.Equal(asked, Examples("deploy/.env.example"));
        Assert.All(Variables().Matches(Text), match => Assert.Contains("deploy/.env", match.Groups["told"].Value, StringComparison.Ordinal));
        Assert.All(
            Text.Split('\n').Where(line => line.Contains("PASSWORD:", StringComparison.Ordinal) || line.Contains("ApiKey:", StringComparison.Ordinal)),
            line => Assert.Matches(Variables(), line));
        Assert.Equal(["api-key", "postgres-password"], Examples("k8s/overlays/dev/secrets.env.example"));
    }

    [Fact]
    public void A_silo_has_the_time_to_join_and_to_drain() => Assert.All(Silos, silo =>
    {
        Assert.True(Seconds.Of(silo["stop_grace_period"].Text()) > Host.StopLimit);
        Assert.True(Seconds.Of(silo["healthcheck"]!["start_period"].Text()) > SiloSource.JoinTimeout);
    });

    [Fact]
    public void A_silo_may_do_no_more_than_its_image_needs() => Assert.All(Silos, silo =>
    {
        Assert.True(silo["read_only"]!.GetValue<bool>());
        Assert.Equal("ALL", silo["cap_drop"]![0].Text());
        Assert.Equal("no-new-privileges:true", silo["security_opt"]![0].Text());
        Assert.Equal("/tmp", silo["tmpfs"]![0].Text());
        Assert.Equal("silo", silo["build"]!["target"].Text());
        Assert.True(File.Exists(Repository.At(silo["build"]!["dockerfile"].Text())));
        Assert.Equal(["CMD", "/app/Silos.Silo", "--health"], silo["healthcheck"]!["test"].List().Select(word => word.Text()));
        // Only this machine reaches the API, and nobody the ports of the cluster.
        var port = new Uri(Dockerfile.Read().Stage("silo").Environment()["ASPNETCORE_URLS"].Replace('+', 'x')).Port;
        Assert.Matches($@"^127\.0\.0\.1:\d+:{port}$", Assert.Single(silo["ports"].List()).Text());
    });

    private static string Filled(string value) => Variables().Replace(value, Host.Secret);

    private static IEnumerable<string> Examples(string path) => File.ReadAllLines(Repository.At(path))
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.EndsWith('=') ? line[..^1] : throw new InvalidOperationException($"{path} has a default: {line}"))
        .Order();

    [GeneratedRegex(@"\$\{(?<name>\w+):\?(?<told>[^}]+)\}")]
    private static partial Regex Variables();
}
