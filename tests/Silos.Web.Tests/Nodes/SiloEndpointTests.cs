using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Nodes;

public sealed class SiloEndpointTests
{
    [Fact]
    public async Task Silos_are_listed_with_what_they_do_and_one_that_is_silent_with_what_is_known()
    {
        await using var api = await TestApi.StartAsync();
        Assert.Equal(
            """{"items":[{"name":"a","address":"10.0.0.1:11111","version":"1.2.3","state":"draining","drain":{"by":"alice","reason":"patch","at":"2026-03-02T12:00:00.000Z"},"roles":["scheduler","worker"],"startedAt":"2026-03-02T12:00:00.000Z","slots":8,"busy":3,"partitions":[1,5],"handlers":["noop"]},{"name":"b","address":"10.0.0.2:11111","state":"silent","roles":[],"busy":0,"partitions":[],"handlers":[]}]}""",
            (await api.GetAsync("/api/silos")).Is(HttpStatusCode.OK).GetRawText());
    }

    [Fact]
    public async Task A_silo_is_drained_with_author_and_reason_and_resumed()
    {
        await using var api = await TestApi.StartAsync();
        (await api.PostAsync("/api/silos/a/drain", """{"reason":"patch"}""")).Is(HttpStatusCode.NoContent);
        (await api.PostAsync("/api/silos/a/drain")).Is(HttpStatusCode.NoContent);
        (await api.PostAsync("/api/silos/a/resume")).Is(HttpStatusCode.NoContent);
        Assert.Equal(["drain a local patch", "drain a local ", "resume a local"], api.Nodes.Calls);
        (await api.PostAsync("/api/silos/c/drain")).Is(HttpStatusCode.NotFound);
    }
}
