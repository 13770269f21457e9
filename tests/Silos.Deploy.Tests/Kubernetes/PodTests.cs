using System.Text.Json.Nodes;
using Silos.Deploy.Tests.Support;

namespace Silos.Deploy.Tests.Kubernetes;

/// <summary>What holds for every pod of every overlay.</summary>
public sealed class PodTests
{
    public static TheoryData<string> Overlays => Kustomize.All;

    [Theory, MemberData(nameof(Overlays))]
    public async Task A_pod_may_do_nothing_that_it_does_not_need(string overlay) => Assert.All(await PodsAsync(overlay), pod =>
    {
        Assert.False(pod["automountServiceAccountToken"]!.GetValue<bool>());
        Assert.Null(pod["hostNetwork"]);
        var security = pod["securityContext"]!;
        Assert.True(security["runAsNonRoot"]!.GetValue<bool>());
        Assert.NotEqual(0, security["runAsUser"].Number());
        Assert.Equal("RuntimeDefault", security["seccompProfile"]!["type"].Text());
        Assert.All(pod["containers"].List(), container =>
        {
            var own = container!["securityContext"]!;
            Assert.False(own["allowPrivilegeEscalation"]!.GetValue<bool>());
            Assert.True(own["readOnlyRootFilesystem"]!.GetValue<bool>());
            Assert.Equal(["ALL"], own["capabilities"]!["drop"].List().Select(name => name.Text()));
            Assert.Null(own["capabilities"]!["add"]);
        });
    });

    [Theory, MemberData(nameof(Overlays))]
    public async Task A_pod_says_what_it_needs_and_has_a_bound_on_its_memory(string overlay) => Assert.All(await PodsAsync(overlay), pod =>
        Assert.All(pod["containers"].List(), container =>
        {
            Assert.NotNull(container!["resources"]!["requests"]!["cpu"]);
            Assert.NotNull(container["resources"]!["requests"]!["memory"]);
            Assert.NotNull(container["resources"]!["limits"]!["memory"]);
            Assert.Null(container["resources"]!["limits"]!["cpu"]);
        }));

    [Theory, MemberData(nameof(Overlays))]
    public async Task Silos_run_as_the_user_of_their_image(string overlay)
    {
        var user = Assert.Single(Dockerfile.Read().Stage("silo").Chain(), step => step.Word == "USER").Text;
        Assert.All((await PodsAsync(overlay)).Where(IsSilo), pod => Assert.Equal(
            user, $"{pod["securityContext"]!["runAsUser"]}:{pod["securityContext"]!["runAsGroup"]}"));
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task Every_variable_is_one_that_a_silo_reads_with_a_value_that_it_takes(string overlay)
    {
        var pods = (await PodsAsync(overlay)).Where(IsSilo).ToList();
        Assert.Equal(2, pods.Count);
        Assert.All(pods, pod =>
        {
            var environment = Environment(pod["containers"]![0]!);
            Assert.Contains("ConnectionStrings__Silos", environment.Keys);
            EnvironmentCheck.SiloTakes(environment);
        });
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task Nothing_secret_is_written_down(string overlay)
    {
        var objects = await Kustomize.ObjectsAsync(overlay);
        var secrets = objects.OfKind("Secret");
        Assert.True(secrets.Count == 0 || overlay == Kustomize.Dev, "Only the overlay for development makes a Secret, from a file that the repository lacks.");
        var text = await Kustomize.TextAsync(overlay);
        Assert.DoesNotContain("Password=", text, StringComparison.OrdinalIgnoreCase);
        Assert.All((await PodsAsync(overlay)).SelectMany(pod => pod["containers"].List()).SelectMany(container => container!["env"].List()), variable =>
        {
            if (variable!["name"].Text() is "Silos__ApiKey" or "PGPASSWORD" or "POSTGRES_PASSWORD")
            {
                Assert.StartsWith("silos", variable["valueFrom"]!["secretKeyRef"]!["name"].Text(), StringComparison.Ordinal);
            }
        });
    }

    internal static async Task<IReadOnlyList<JsonNode>> PodsAsync(string overlay) => [.. (await Kustomize.ObjectsAsync(overlay))
        .Where(document => document["spec"]?["template"] is not null)
        .Select(document => document["spec"]!["template"]!["spec"]!)];

    private static bool IsSilo(JsonNode pod) => pod["containers"]![0]!["image"].Text().StartsWith("silos-silo", StringComparison.Ordinal);

    private static Dictionary<string, string> Environment(JsonNode container) => container["env"].List().ToDictionary(
        variable => variable!["name"].Text(),
        variable => (variable!["value"], variable["name"].Text()) switch
        {
            ({ } value, _) => value.GetValue<string>(),
            (_, "ConnectionStrings__Silos") => $"Host=db;Password={Host.Secret}",
            _ => Host.Secret,
        });
}
