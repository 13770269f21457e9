using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Silos.Hosting.Tests.Startup;

public sealed class StartupTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:5000;https://[::1]:5001")]
    [InlineData("http://unix:/run/silos.sock")]
    [InlineData("http://127.0.0.1:0")]
    public void This_machine_needs_no_key(string urls) => Assert.Empty(Check(("urls", urls)));

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://192.168.1.5:8080")]
    [InlineData("http://silos.example.com:8080")]
    [InlineData("http://127.0.0.1:8080;http://0.0.0.0:9090")]
    public void Other_machines_are_refused_without_a_key(string urls)
    {
        var problem = Assert.Single(Check(("urls", urls)));

        Assert.Contains("can be reached from other machines, and without an API key everybody there could run jobs", problem, StringComparison.Ordinal);
        Assert.Empty(Check(("urls", urls), ("Silos:ApiKey", "a-secret-of-many-characters")));
        Assert.Empty(Check(("urls", urls), ("Silos:AllowRemoteWithoutKey", "true")));
        Assert.Empty(Check(("urls", urls), ("Silos:RequireAuthentication", "true")));
        Assert.Empty(Check(("urls", urls), ("Silos:Jwt:Authority", "https://login.example")));
        Assert.Single(Check(("urls", urls), ("Silos:ApiKey", "")));
        Assert.Single(Check(("urls", urls), ("Silos:RequireAuthentication", "false")));
    }

    [Fact]
    public void Kestrels_own_section_is_looked_at_too() =>
        Assert.Single(Check(("urls", "http://127.0.0.1:1"), ("Kestrel:Endpoints:Web:Url", "http://0.0.0.0:80")));

    [Theory]
    [InlineData("8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://127.0.0.1:21")]
    [InlineData("http://127.0.0.1:99999")]
    public void An_address_that_is_none_is_refused(string urls) =>
        Assert.Equal([$"urls '{urls}' must be an address like http://127.0.0.1:8080."], Check(("urls", urls)));

    [Fact]
    public void The_store_is_a_file_unless_somebody_says_otherwise()
    {
        var store = Choose(new HostSettings(), out var problems);

        Assert.Empty(problems);
        Assert.Equal(new StoreChoice(StoreKind.Sqlite, "/data/silos.db", "sqlite, /data/silos.db"), store);
    }

    [Fact]
    public void Postgres_needs_a_connection_string()
    {
        Choose(new HostSettings { Store = StoreKind.Postgres }, out var problems, ("Silos:Store", "postgres"));

        Assert.StartsWith("Silos:Store 'postgres' needs a connection string: set ConnectionStrings:Silos", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db.example.com;Database=jobs;Username=me;Password=secret", "postgres, db.example.com/jobs")]
    [InlineData("postgres://me:se%3Bcret@db.example.com:5433/jobs?sslmode=require", "postgres, db.example.com/jobs")]
    public void A_password_is_never_shown(string connection, string expected)
    {
        var store = Choose(new HostSettings { Store = StoreKind.Postgres }, out var problems, ("ConnectionStrings:Silos", connection));

        Assert.Empty(problems);
        Assert.Equal(expected, store.Description);
    }

    [Fact]
    public void A_postgres_address_becomes_a_connection_string() => Assert.Equal(
        "Host=db;Port=5433;Database=jobs;Username=me;Password=\"se;cret\";SSL Mode=require",
        PostgresUri.ToConnectionString("postgres://me:se%3Bcret@db:5433/jobs?sslmode=require"));

    [Theory]
    [InlineData("secret words")]
    [InlineData("postgres://db/jobs?unknown=1")]
    public void A_connection_string_that_is_none_is_refused_without_being_shown(string connection)
    {
        Choose(new HostSettings { Store = StoreKind.Postgres }, out var problems, ("ConnectionStrings:Silos", connection));

        Assert.DoesNotContain(connection, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_refusal_has_its_exit_code()
    {
        Assert.Equal(ExitCode.Usage, Code(new UsageException("x")));
        Assert.Equal(ExitCode.Configuration, Code(new SettingsException(["x"])));
        Assert.Equal(ExitCode.Configuration, Code(new StartupException("x")));
        Assert.Equal(ExitCode.Configuration, Code(new OptionsValidationException("", typeof(HostSettings), ["x"])));
        Assert.Equal(ExitCode.Store, Code(new StartupException("x") { Cause = StartupCause.Store }));
        Assert.Equal(ExitCode.PortInUse, Code(new IOException("x", new AddressInUseException("x"))));
        Assert.Null(StartupFailure.Of(new InvalidOperationException(), null));
    }

    private static int? Code(Exception exception) => StartupFailure.Of(exception, null)?.Code;

    private static IReadOnlyList<string> Check(params (string Key, string Value)[] settings) =>
        [.. ListenAddresses.Check(Configuration(settings))];

    private static StoreChoice Choose(HostSettings settings, out List<string> problems, params (string Key, string Value)[] more)
    {
        problems = [];
        return StoreChoice.Read(settings, Configuration(more), new HostDirectory("/data"), problems);
    }

    private static ConfigurationManager Configuration(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        return configuration;
    }
}
