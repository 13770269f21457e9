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

    [Theory]
    [InlineData("preStop:", "preStopp:", "'\"preStopp\"' does not exist in type 'ILifecycle'")]
    [InlineData("minReplicas: 3", "minReplicas: three", "data/spec/minReplicas must be integer")]
    [InlineData("kind: PodDisruptionBudget", "kind: PodDisruptionBudgets", "policy/v1 has no such kind")]
    public async Task What_Kubernetes_does_not_know_is_found(string right, string wrong, string expected)
    {
        using var folder = new TemporaryFolder();
        var text = await Kustomize.TextAsync(Kustomize.Prod);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var (fine, problems) = await ManifestLint.CheckAsync(
            folder.Write("wrong.yaml", text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.False(fine);
        Assert.Contains(expected, problems, StringComparison.Ordinal);
    }
}
