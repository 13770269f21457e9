using System.Text.Json.Nodes;

namespace Silos.Deploy.Tests.Support;

/// <summary>What <c>kubectl apply -k</c> would send, made by <c>kubectl kustomize</c> without a cluster.</summary>
internal static class Kustomize
{
    public const string Prod = "overlays/prod";
    public const string Dev = "overlays/dev";

    private static readonly Lazy<Task<string>> Folder = new(CopyAsync);
    private static readonly Dictionary<string, Task<string>> Built = [];

    /// <summary>Gets everything that may be applied.</summary>
    public static TheoryData<string> All => ["base", Dev, Prod, "with-components"];

    /// <summary>Gets the objects of an overlay.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ObjectsAsync(string overlay) => YamlDocuments.Parse(await TextAsync(overlay));

    public static Task<string> TextAsync(string overlay)
    {
        lock (Built)
        {
            return Built.TryGetValue(overlay, out var known) ? known : Built[overlay] = BuildAsync(overlay);
        }
    }

    public static IReadOnlyList<JsonNode> OfKind(this IEnumerable<JsonNode> objects, string kind) =>
        [.. objects.Where(document => document["kind"]!.GetValue<string>() == kind)];

    public static JsonNode One(this IEnumerable<JsonNode> objects, string kind, string name) =>
        Assert.Single(objects.OfKind(kind), document => document["metadata"]!["name"]!.GetValue<string>() == name);

    public static string Text(this JsonNode? node) => node!.GetValue<string>();

    public static int Number(this JsonNode? node) => node!.GetValue<int>();

    public static JsonArray List(this JsonNode? node) => node?.AsArray() ?? [];

    private static async Task<string> BuildAsync(string overlay) =>
        await Command.OutputAsync(await Folder.Value, "kubectl", "kustomize", overlay);

    // A copy, because the overlay for development wants a file with passwords, which the repository does not have.
    private static async Task<string> CopyAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "k8s");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Repository.Copy(Repository.At("k8s"), folder);
        var example = await File.ReadAllTextAsync(Path.Combine(folder, Dev, "secrets.env.example"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, Dev, "secrets.env"), example.Replace("=\n", $"={Host.Secret}\n", StringComparison.Ordinal));
        var everything = Directory.CreateDirectory(Path.Combine(folder, "with-components")).FullName;
        var components = Directory.EnumerateDirectories(Path.Combine(folder, "components")).Select(path => $"../components/{Path.GetFileName(path)}");
        await File.WriteAllTextAsync(
            Path.Combine(everything, "kustomization.yaml"),
            $"resources: [../overlays/prod]\ncomponents: [{string.Join(", ", components)}]\n");
        return folder;
    }
}
