using System.Text.Json.Nodes;
using Silos.Deploy.Tests.Support;

namespace Silos.Deploy.Tests.Kubernetes;

public sealed class NetworkTests
{
    public static TheoryData<string> Overlays => Kustomize.All;

    [Theory, MemberData(nameof(Overlays))]
    public async Task Only_silos_reach_the_silo_port_and_only_silos_and_clients_the_gateway(string overlay)
    {
        var objects = await Kustomize.ObjectsAsync(overlay);
        var rules = Policy(objects, "silos-silo")["ingress"].List();
        var silos = SiloTests.Labels(objects.One("Deployment", "silos")["spec"]!["selector"]!["matchLabels"]);

        Assert.All(Peers(rules, "silo"), peer => Assert.Equal(silos, SiloTests.Labels(peer["podSelector"]!["matchLabels"])));
        Assert.NotEmpty(Peers(rules, "silo"));
        Assert.All(Peers(rules, "gateway"), peer =>
        {
            var labels = SiloTests.Labels(peer["podSelector"]!["matchLabels"]);
            Assert.True(labels.SetEquals(silos) || labels.SetEquals(["silos.client=true"]));
        });
        Assert.Equal(3, Peers(rules, "gateway").Count);

        // A rule without ports or without peers would let everything or everybody in.
        Assert.All(rules, rule => Assert.NotEmpty(rule!["ports"].List()));
        Assert.All(rules, rule => Assert.NotEmpty(rule!["from"].List()));
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task A_silo_calls_nobody_but_names_the_database_and_silos(string overlay)
    {
        var objects = await Kustomize.ObjectsAsync(overlay);
        var egress = new[] { "silos", "silos-silo" }.SelectMany(name => Policy(objects, name)["egress"].List()).ToList();

        Assert.All(egress, rule => Assert.NotEmpty(rule!["ports"].List()));
        Assert.Equal(
            [53, 5432, SiloSource.SiloPort, SiloSource.GatewayPort],
            egress.SelectMany(rule => rule!["ports"].List()).Select(port => port!["port"].Number()).Distinct());
        Assert.All(["silos", "silos-silo"], name => Assert.Equal(
            ["Ingress", "Egress"], Policy(objects, name)["policyTypes"].List().Select(type => type.Text())));
    }

    [Fact]
    public async Task Handlers_reach_the_world_only_where_somebody_says_so_and_never_the_metadata_of_the_cloud()
    {
        Assert.DoesNotContain(await Kustomize.ObjectsAsync(Kustomize.Prod), IsEgressOfHandlers);

        var policy = Assert.Single(await Kustomize.ObjectsAsync("with-components"), IsEgressOfHandlers)["spec"]!;
        var block = policy["egress"]![0]!["to"]![0]!["ipBlock"]!;
        Assert.Contains("169.254.0.0/16", block["except"].List().Select(range => range.Text()));
        Assert.Contains("10.0.0.0/8", block["except"].List().Select(range => range.Text()));
    }

    private static bool IsEgressOfHandlers(JsonNode document) => document["metadata"]!["name"].Text() == "silos-handler-egress";

    private static JsonNode Policy(IReadOnlyList<JsonNode> objects, string name) => objects.One("NetworkPolicy", name)["spec"]!;

    private static List<JsonNode> Peers(JsonArray rules, string port) => [.. rules
        .Where(rule => rule!["ports"].List().Any(open => open!["port"]!.ToString() == port))
        .SelectMany(rule => rule!["from"].List()).OfType<JsonNode>()];
}
