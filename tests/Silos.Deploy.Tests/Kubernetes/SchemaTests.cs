using Silos.Deploy.Tests.Support;

namespace Silos.Deploy.Tests.Kubernetes;

public sealed class SchemaTests
{
    [Fact]
    public async Task Every_overlay_has_only_kinds_fields_and_values_that_Kubernetes_knows()
    {
        using var folder = new TemporaryFolder();
        var files = new List<string>();
        foreach (var overlay in Kustomize.All)
        {
            files.Add(folder.Write($"{overlay.Data.Replace('/', '-')}.yaml", await Kustomize.TextAsync(overlay.Data)));
        }

        var (fine, text) = await ManifestLint.CheckAsync([.. files]);

        Assert.True(fine, text);
    }

    [Fact]
    public async Task What_Kubernetes_does_not_know_is_found()
    {
        using var folder = new TemporaryFolder();
        var text = await Kustomize.TextAsync(Kustomize.Prod);
        foreach (var (right, wrong) in new[] { ("preStop:", "preStopp:"), ("minReplicas: 3", "minReplicas: three"), ("kind: PodDisruptionBudget", "kind: PodDisruptionBudgets") })
        {
            Assert.Contains(right, text, StringComparison.Ordinal);
            text = text.Replace(right, wrong, StringComparison.Ordinal);
        }

        var (fine, problems) = await ManifestLint.CheckAsync(folder.Write("wrong.yaml", text));

        Assert.False(fine);
        Assert.Contains("Deployment/silos: TS2353: Object literal may only specify known properties, and '\"preStopp\"' does not exist in type 'ILifecycle'", problems, StringComparison.Ordinal);
        Assert.Contains("HorizontalPodAutoscaler/silos: data/spec/minReplicas must be integer", problems, StringComparison.Ordinal);
        Assert.Contains("PodDisruptionBudgets/silos: policy/v1 has no such kind", problems, StringComparison.Ordinal);
    }
}
