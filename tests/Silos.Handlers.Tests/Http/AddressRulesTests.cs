using System.Net;

namespace Silos.Handlers.Http;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("10.0.0.1", "private")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("100.64.0.1", "carrier-grade")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("0.1.2.3", "unspecified")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("192.0.0.192", "reserved")]
    [InlineData("198.18.0.1", "benchmarking")]
    [InlineData("::", "unspecified")]
    [InlineData("::1", "loopback")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fe80::1%1", "link-local")]
    [InlineData("fc00::1", "unique local")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("fec0::1", "site-local")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("2001::1", "tunnel")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::ffff:169.254.169.254", "link-local")]
    [InlineData("::ffff:10.0.0.1", "private")]
    [InlineData("::127.0.0.1", "not a public")]
    [InlineData("64:ff9b::7f00:1", "loopback")]
    [InlineData("64:ff9b::a9fe:a9fe", "link-local")]
    [InlineData("64:ff9b:1::1", "NAT64")]
    [InlineData("2002:7f00:1::", "loopback")]
    [InlineData("2002:a00:1::1", "private")]
    [InlineData("4000::1", "not a public")]
    public void What_is_not_public_is_refused(string address, string kind) =>
        Assert.Contains(kind, Refusal(new HttpHandlerOptions(), address), StringComparison.Ordinal);

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("172.32.0.1")]
    [InlineData("172.15.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946")]
    [InlineData("::ffff:93.184.216.34")]
    [InlineData("64:ff9b::5db8:d822")]
    public void What_is_public_is_called(string address) => Assert.Null(Refusal(new HttpHandlerOptions(), address));

    [Fact]
    public void Private_networks_can_be_allowed_and_metadata_still_cannot_be_reached()
    {
        var options = new HttpHandlerOptions { AllowPrivateNetworks = true };

        Assert.Null(Refusal(options, "127.0.0.1"));
        Assert.Null(Refusal(options, "10.1.2.3"));
        Assert.Null(Refusal(options, "fd12::1"));
        Assert.NotNull(Refusal(options, "169.254.169.254"));
        Assert.NotNull(Refusal(options, "::ffff:169.254.169.254"));
        Assert.NotNull(Refusal(options, "fd00:ec2::254"));
        Assert.NotNull(Refusal(options, "224.0.0.1"));
    }

    [Fact]
    public void A_trusted_host_may_have_a_private_address_and_no_other_host_may()
    {
        var options = new HttpHandlerOptions { AllowedHosts = { "intranet.example", "*.svc.local", "dev:8080", "[::1]:81" } };

        Assert.Null(Refusal(options, "10.0.0.1", "INTRANET.example."));
        Assert.Null(Refusal(options, "10.0.0.1", "a.b.svc.local"));
        Assert.NotNull(Refusal(options, "10.0.0.1", "svc.local"));
        Assert.NotNull(Refusal(options, "10.0.0.1", "evilsvc.local"));
        Assert.Null(Refusal(options, "127.0.0.1", "dev", 8080));
        Assert.NotNull(Refusal(options, "127.0.0.1", "dev", 8081));
        Assert.Null(Refusal(options, "::1", "::1", 81));
        Assert.NotNull(Refusal(options, "169.254.169.254", "intranet.example"));
    }

    [Fact]
    public void A_named_network_is_allowed_whatever_it_is_also_wrapped()
    {
        var options = new HttpHandlerOptions { AllowedNetworks = { "169.254.169.254/32", "10.1.0.0/16" } };

        Assert.Null(Refusal(options, "169.254.169.254"));
        Assert.Null(Refusal(options, "::ffff:10.1.2.3"));
        Assert.NotNull(Refusal(options, "10.2.0.1"));
    }

    private static string? Refusal(HttpHandlerOptions options, string address, string host = "example.com", int port = 443) =>
        new AddressRules(options).Refusal(host, port, IPAddress.Parse(address));
}
