using System.Text.Json.Nodes;
using Silos.Deploy.Tests.Support;
using Silos.Hosting;

namespace Silos.Deploy.Tests.Kubernetes;

/// <summary>The silos: what the manifests say is what the code does.</summary>
public sealed class SiloTests
{
    public static TheoryData<string> Overlays => Kustomize.All;

    [Theory, MemberData(nameof(Overlays))]
    public async Task There_are_three_silos_and_an_update_never_takes_one_away_first(string overlay)
    {
        var objects = await Kustomize.ObjectsAsync(overlay);
        var silos = objects.One("Deployment", "silos")["spec"]!;
        var scaler = objects.OfKind("HorizontalPodAutoscaler").SingleOrDefault();

        // Who says how many: the autoscaler, or the Deployment, never both.
        Assert.True((scaler is null) == (silos["replicas"] is not null));
        Assert.True((scaler?["spec"]!["minReplicas"] ?? silos["replicas"]).Number() >= 3);
        Assert.Equal(0, silos["strategy"]!["rollingUpdate"]!["maxUnavailable"].Number());
        Assert.True(silos["strategy"]!["rollingUpdate"]!["maxSurge"].Number() >= 1);
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task Whatever_selects_silos_selects_them(string overlay)
    {
        var objects = await Kustomize.ObjectsAsync(overlay);
        var silos = objects.One("Deployment", "silos");
        var labels = Labels(silos["spec"]!["template"]!["metadata"]!["labels"]);

        Assert.Subset(labels, Labels(silos["spec"]!["selector"]!["matchLabels"]));
        Assert.Subset(labels, Labels(objects.One("PodDisruptionBudget", "silos")["spec"]!["selector"]!["matchLabels"]));
        Assert.Subset(labels, Labels(objects.One("Service", "silos-api")["spec"]!["selector"]));
        Assert.Subset(labels, Labels(objects.One("Service", "silos-cluster")["spec"]!["selector"]));
        Assert.All(Pod(objects)["topologySpreadConstraints"].List(), spread => Assert.Subset(labels, Labels(spread!["labelSelector"]!["matchLabels"])));
        Assert.Equal(
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
            Pod(objects)["topologySpreadConstraints"].List().Select(spread => spread!["topologyKey"].Text()));

        // The migration's pod is none of them: requests would go to it, and the budget would count it.
        var migration = Labels(objects.One("Job", "silos-migrate")["spec"]!["template"]!["metadata"]!["labels"]);
        Assert.False(migration.IsSupersetOf(Labels(objects.One("Service", "silos-api")["spec"]!["selector"])));
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task Ports_are_those_of_the_code(string overlay)
    {
        var objects = await Kustomize.ObjectsAsync(overlay);
        var silo = Pod(objects)["containers"]![0]!;
        var ports = silo["ports"].List().ToDictionary(port => port!["name"].Text(), port => port!["containerPort"].Number());
        var urls = silo["env"].List().Single(variable => variable!["name"].Text() == "ASPNETCORE_URLS")!["value"].Text();

        Assert.Equal(
            new() { ["http"] = new Uri(urls.Replace('+', 'x')).Port, ["silo"] = SiloSource.SiloPort, ["gateway"] = SiloSource.GatewayPort }, ports);
        Assert.Equal(Dockerfile.Read().Stage("silo").Environment()["ASPNETCORE_URLS"], urls);
        var services = objects.OfKind("Service").Where(service => service["metadata"]!["name"].Text().StartsWith("silos-", StringComparison.Ordinal));
        Assert.All(services.SelectMany(service => service["spec"]!["ports"].List()), port => Assert.Contains(port!["targetPort"].Text(), ports.Keys));
        Assert.All(
            objects.One("Service", "silos-cluster")["spec"]!["ports"].List(),
            port => Assert.Equal(ports[port!["targetPort"].Text()], port["port"].Number()));
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task Probes_ask_what_the_host_answers(string overlay)
    {
        var silo = Pod(await Kustomize.ObjectsAsync(overlay))["containers"]![0]!;

        Assert.Equal("/health/live", silo["startupProbe"]!["httpGet"]!["path"].Text());
        Assert.Equal("/health/live", silo["livenessProbe"]!["httpGet"]!["path"].Text());
        Assert.Equal("/health/ready", silo["readinessProbe"]!["httpGet"]!["path"].Text());
        Assert.All(["startupProbe", "livenessProbe", "readinessProbe"], name =>
        {
            var probe = silo[name]!;
            Assert.Contains(probe["httpGet"]!["path"].Text(), Host.Paths);
            Assert.Equal("http", probe["httpGet"]!["port"].Text());
        });
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task A_silo_has_the_time_to_join(string overlay)
    {
        var probe = Pod(await Kustomize.ObjectsAsync(overlay))["containers"]![0]!["startupProbe"]!;

        Assert.True(TimeSpan.FromSeconds(probe["periodSeconds"].Number() * probe["failureThreshold"].Number()) > SiloSource.JoinTimeout);
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task A_silo_has_the_time_to_drain(string overlay)
    {
        var pod = Pod(await Kustomize.ObjectsAsync(overlay));
        var hook = pod["containers"]![0]!["lifecycle"]!["preStop"]!.AsObject();

        Assert.Equal(["sleep"], hook.Select(action => action.Key));
        var before = TimeSpan.FromSeconds(hook["sleep"]!["seconds"].Number());
        Assert.True(before > TimeSpan.Zero);
        Assert.True(TimeSpan.FromSeconds(pod["terminationGracePeriodSeconds"].Number()) > before + Host.StopLimit);
    }

    [Theory, MemberData(nameof(Overlays))]
    public async Task The_migration_is_not_tried_again_when_that_changes_nothing(string overlay)
    {
        var migration = (await Kustomize.ObjectsAsync(overlay)).One("Job", "silos-migrate")["spec"]!;
        var container = migration["template"]!["spec"]!["containers"]![0]!;
        var rule = migration["podFailurePolicy"]!["rules"].List().Single(rule => rule!["action"].Text() == "FailJob")!["onExitCodes"]!;

        Assert.True(HostArguments.Parse([.. container["args"].List().Select(argument => argument.Text())], HostKind.Silo).Migrate);
        Assert.Equal(container["name"].Text(), rule["containerName"].Text());
        Assert.Equal("In", rule["operator"].Text());
        Assert.Equal([ExitCode.Usage, ExitCode.Configuration], rule["values"].List().Select(code => code.Number()));
        Assert.Equal("Never", migration["template"]!["spec"]!["restartPolicy"].Text());
    }

    internal static JsonNode Pod(IReadOnlyList<JsonNode> objects) => objects.One("Deployment", "silos")["spec"]!["template"]!["spec"]!;

    internal static HashSet<string> Labels(JsonNode? labels) => [.. labels!.AsObject().Select(label => $"{label.Key}={label.Value.Text()}")];
}
