using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Silos.Cluster.Tests.Hosts;

/// <summary>What a person meets who starts a silo wrongly, and who only migrates.</summary>
public sealed class SiloStartTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, "A silo needs a connection string", "ConnectionStrings__Silos", "")]
    [InlineData(3, "not valid", "ConnectionStrings__Silos", "Host=127.0.0.1;Password=sesame;Nonsense=1")]
    [InlineData(4, "cannot be reached at 127.0.0.1:1", "ConnectionStrings__Silos", "Host=127.0.0.1;Port=1;Username=nobody;Password=sesame;Timeout=2")]
    [InlineData(3, "silos share one database", "Silos__Store", "sqlite")]
    [InlineData(3, "did you mean Silos:Cluster:Address?", "Silos__Cluster__Adress", "127.0.0.1")]
    [InlineData(3, "must be the IP address", "Silos__Cluster__Address", "my-host")]
    [InlineData(3, "POD_IP 'nowhere' must be the IP address", "POD_IP", "nowhere")]
    [InlineData(3, "must be a port between 1 and 65535 (set by Silos__Cluster__SiloPort)", "Silos__Cluster__SiloPort", "0")]
    [InlineData(3, "Silos:Cluster:Membership:ProbeTimeout", "Silos__Cluster__Membership__ProbeTimeout", "1ms")]
    public async Task A_wrong_setting_is_said_in_one_line(int code, string words, string key, string value)
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var settings = silos.Settings("one", (key, value));
        if (key == "POD_IP")
        {
            settings.Remove("Silos__Cluster__Address");
        }

        await RefusedAsync(silos.Launch(settings), code, words);
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_not_shown()
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var wrong = new DbConnectionStringBuilder { ConnectionString = silos.ConnectionString, ["Password"] = "sesame" }.ConnectionString;

        await RefusedAsync(silos.Launch(silos.Settings("one", ("ConnectionStrings__Silos", wrong))), 4, "Check the user name and the password");
    }

    [Theory]
    [InlineData("insert into silos.migration values (999, 'from the future')", "Schema 'silos' is at version 999")]
    [InlineData("insert into silos.migration_of values ('orleans', 999, 'from the future')", "The tables 'orleans' in schema 'silos' are at version 999")]
    public async Task A_newer_schema_is_refused(string sql, string words)
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        Assert.Equal(0, await silos.Run(silos.Settings("one"), "--migrate").ExitAsync(Cancelled));
        await silos.SqlAsync(sql, Cancelled);

        await RefusedAsync(silos.Launch(silos.Settings("one")), 4, words);
        await RefusedAsync(silos.Run(silos.Settings("one"), "--migrate"), 4, words);
    }

    [Theory]
    [InlineData("Silos__Cluster__SiloPort", "where other silos call")]
    [InlineData("Silos__Cluster__GatewayPort", "where client apps call")]
    [InlineData(null, "already; stop it, or choose another address with --urls")]
    public async Task A_port_that_is_taken_is_said_in_one_line(string? key, string words)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var silo = key is null
            ? silos.Launch(silos.Settings("one"), port)
            : silos.Launch(silos.Settings("one", (key, port.ToString(CultureInfo.InvariantCulture))));

        await RefusedAsync(silo, 5, words);
        Assert.Contains($":{port}", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrating_says_what_it_did_however_many_do_it_at_once_and_the_next_finds_nothing_missing()
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var many = Enumerable.Range(0, 3).Select(_ => silos.Run(silos.Settings("one"), "--migrate")).ToList();
        foreach (var one in many)
        {
            Assert.Equal(0, await one.ExitAsync(Cancelled));
        }

        Assert.Single(many, one => one.Output.Contains("orleans at version 2 (2 applied)", StringComparison.Ordinal));
        var again = silos.Run(silos.Settings("one"), "--migrate");
        Assert.Equal(0, await again.ExitAsync(Cancelled));
        Assert.Matches(
            @"^The schema is up to date: silos at version \d+ \(nothing was missing\), orleans at version 2 \(nothing was missing\)$", again.Output.Trim());
    }

    [Theory]
    [InlineData("--store", "'--store' is not an argument")]
    [InlineData("--migrat", "did you mean --migrate?")]
    public async Task A_wrong_argument_is_told(string argument, string words)
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        await RefusedAsync(silos.Run(silos.Settings("one"), argument), 2, words);
    }

    private static async Task RefusedAsync(HostProcess silo, int code, string words)
    {
        Assert.Equal(code, await silo.ExitAsync(Cancelled));
        var lines = silo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        Assert.Contains(words, Assert.Single(lines, line => line.StartsWith("silos: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", silo.Output, StringComparison.Ordinal);
    }
}
