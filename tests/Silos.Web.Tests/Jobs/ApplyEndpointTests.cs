using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Jobs;

public sealed class ApplyEndpointTests
{
    [Fact]
    public async Task What_is_not_named_is_removed_only_when_pruning_is_wanted()
    {
        await using var api = await TestApi.StartAsync();
        const string Jobs = "\"source\":\"shop.yaml\",\"jobs\":[{\"name\":\"a\",\"handler\":\"noop\"},{\"name\":\"b\",\"handler\":\"noop\"}]";
        Assert.Equal(
            """{"source":"apply:shop.yaml","dryRun":false,"added":["a","b"],"changed":[{"name":"changed","fields":["priority: 0 → 5"]}],"removed":[],"kept":["gone"],"unchanged":3}""",
            (await api.PostAsync("/api/apply", $"{{{Jobs}}}")).Is(HttpStatusCode.OK).GetRawText());
        var pruned = (await api.PostAsync("/api/apply", $"{{{Jobs},\"prune\":true,\"dryRun\":true}}")).Is(HttpStatusCode.OK).GetRawText();
        Assert.Contains("\"dryRun\":true", pruned, StringComparison.Ordinal);
        Assert.Contains("\"removed\":[\"gone\"],\"kept\":[]", pruned, StringComparison.Ordinal);
        Assert.Equal(["apply default a,b apply:shop.yaml local False False", "apply default a,b apply:shop.yaml local True True"], api.Client.Calls);
    }
}
