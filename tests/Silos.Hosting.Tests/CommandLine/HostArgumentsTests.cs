namespace Silos.Hosting.Tests.CommandLine;

public sealed class HostArgumentsTests
{
    [Fact]
    public void Arguments_become_settings()
    {
        var settings = HostArguments.Parse(["--jobs", "my.yaml", "--urls=http://127.0.0.1:9000", "--db", "other.db"]).ToSettings();

        Assert.True(settings.TryGet("Silos:JobsFile", out var file));
        Assert.Equal("my.yaml", file);
        Assert.True(settings.TryGet("urls", out var urls));
        Assert.Equal("http://127.0.0.1:9000", urls);
        Assert.True(settings.TryGet("Silos:Store", out var store));
        Assert.Equal("sqlite", store);
        Assert.True(settings.TryGet("Silos:Sqlite:Path", out var path));
        Assert.Equal("other.db", path);
        Assert.Equal("--db", settings.NameOf("Silos:Sqlite:Path"));
    }

    [Theory]
    [InlineData("Host=localhost;Database=silos")]
    [InlineData("postgres://localhost/silos")]
    public void A_connection_string_names_the_store(string connection)
    {
        var settings = HostArguments.Parse(["--db", connection]).ToSettings();

        Assert.True(settings.TryGet("Silos:Store", out var store));
        Assert.Equal("postgres", store);
        Assert.True(settings.TryGet("ConnectionStrings:Silos", out var value));
        Assert.Equal(connection, value);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--jobs", "x", "--help")]
    public void Help_is_help_wherever_it_stands(params string[] arguments) => Assert.True(HostArguments.Parse(arguments).Help);

    [Fact]
    public void Health_is_asked_with_the_addresses_of_the_command_line()
    {
        var arguments = HostArguments.Parse(["--health", "--urls", "http://127.0.0.1:9000"]);

        Assert.True(arguments.Health);
        Assert.Equal("http://127.0.0.1:9000", arguments.Urls);
        Assert.False(HostArguments.Parse([]).Health);
    }

    [Theory]
    [InlineData("'--healthy' is not an argument; did you mean --health?", "--healthy")]
    [InlineData("--health takes no value", "--health=1")]
    [InlineData("'--job' is not an argument; did you mean --jobs?", "--job", "x")]
    [InlineData("'--verbose' is not an argument; see --help", "--verbose")]
    [InlineData("'jobs.yaml' is not an argument; see --help", "jobs.yaml")]
    [InlineData("--jobs needs a value; see --help", "--jobs")]
    [InlineData("--jobs needs a value; see --help", "--jobs", "--urls", "http://localhost:1")]
    [InlineData("--jobs needs a value; see --help", "--jobs=")]
    [InlineData("--db is given twice; give it once", "--db", "a", "--db", "b")]
    [InlineData("--store 'mysql' must be sqlite or postgres", "--store", "mysql")]
    [InlineData("--db is a connection string of PostgreSQL, but --store is sqlite", "--store", "sqlite", "--db", "Host=x")]
    [InlineData("--db must be a connection string of PostgreSQL, such as \"Host=localhost;Database=silos\"", "--store", "postgres", "--db", "x.db")]
    public void A_wrong_argument_is_told_in_one_line(string expected, params string[] arguments) =>
        Assert.Equal(expected, Assert.Throws<UsageException>(() => HostArguments.Parse(arguments)).Message);
}
