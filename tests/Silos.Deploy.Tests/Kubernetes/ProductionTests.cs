using System.Xml.Linq;
using Silos.Deploy.Tests.Support;

namespace Silos.Deploy.Tests.Kubernetes;

public sealed class ProductionTests
{
    [Fact]
    public async Task The_version_in_the_label_is_the_one_that_runs()
    {
        var objects = await Kustomize.ObjectsAsync(Kustomize.Prod);
        var silos = objects.One("Deployment", "silos");
        var version = silos["spec"]!["template"]!["metadata"]!["labels"]!["app.kubernetes.io/version"].Text();

        Assert.Equal(XDocument.Load(Repository.At("Directory.Build.props")).Descendants("VersionPrefix").Single().Value, version);
        Assert.Equal($"silos-silo:{version}", SiloTests.Pod(objects)["containers"]![0]!["image"].Text());
        Assert.Equal($"silos-silo:{version}", objects.One("Job", "silos-migrate")["spec"]!["template"]!["spec"]!["containers"]![0]!["image"].Text());
        var told = SiloTests.Pod(objects)["containers"]![0]!["env"].List().Single(variable => variable!["name"].Text() == "Silos__DeploymentVersion");
        Assert.Equal("metadata.labels['app.kubernetes.io/version']", told!["valueFrom"]!["fieldRef"]!["fieldPath"].Text());

        // A selector with a version would orphan the pods of the version before.
        Assert.DoesNotContain("version", silos["spec"]!["selector"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silos_are_added_when_runs_wait_too_long()
    {
        var objects = await Kustomize.ObjectsAsync(Kustomize.Prod);
        var scaler = objects.One("HorizontalPodAutoscaler", "silos")["spec"]!;
        var metric = Assert.Single(scaler["metrics"].List())!["external"]!;

        Assert.Equal("Deployment/silos", $"{scaler["scaleTargetRef"]!["kind"]}/{scaler["scaleTargetRef"]!["name"]}");
        Assert.Equal(QueueLatency.Metric, metric["metric"]!["name"].Text());
        Assert.Equal("Value", metric["target"]!["type"].Text());

        // A silo that is taken away has drained before the next one is.
        var down = Assert.Single(scaler["behavior"]!["scaleDown"]!["policies"].List())!;
        Assert.Equal(1, down["value"].Number());
        Assert.True(down["periodSeconds"].Number() > SiloTests.Pod(objects)["terminationGracePeriodSeconds"].Number());
    }

    [Fact]
    public async Task Two_silos_never_share_a_node() => Assert.Equal(
        "DoNotSchedule", SiloTests.Pod(await Kustomize.ObjectsAsync(Kustomize.Prod))["topologySpreadConstraints"]![0]!["whenUnsatisfiable"].Text());
}
