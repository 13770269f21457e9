using Silos.Operations;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Operations;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>A filter is written back as somebody would have typed it, and told in words.</summary>
public sealed class SearchTextTests
{
    [Theory]
    [InlineData("state:failed", "state:failed")]
    [InlineData("state:failed,dead", "state:failed,dead")]
    [InlineData("{\"group\":\"AND\",\"conditions\":[{\"field\":\"state\",\"operator\":\"in\",\"value\":[\"dead\"]},{\"field\":\"tag\",\"value\":\"a\"}]}", "state:dead tag:a")]
    [InlineData("-state:failed,dead", "state!=failed state!=dead")]
    [InlineData("job:\"nightly report\"", "job:\"nightly report\"")]
    [InlineData("job:\"a,b\"", "job:\"a,b\"")]
    [InlineData("job:\"none\" worker:none error:any", "job:\"none\" worker:none error:any")]
    [InlineData("queue!=mail priority>=5", "queue!=mail priority>=5")]
    [InlineData("duration>5s", "duration>5000")]
    [InlineData("error~timeout", "error~timeout")]
    [InlineData("since:2h until:2026-03-02T11:00:00Z", "enqueued_at>=2026-03-02T10:00:00.000Z enqueued_at<2026-03-02T11:00:00.000Z")]
    [InlineData("state:failed or tag:a tag:b", "state:failed or tag:a tag:b")]
    [InlineData("report", "report")]
    [InlineData("\"two words\" state:dead", "\"two words\" state:dead")]
    [InlineData("\"or\"", "\"or\"")]
    [InlineData("01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01", "id:01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01")]
    public void A_filter_is_written_as_it_would_be_typed(string typed, string expected) =>
        Assert.Equal(expected, SearchText.Of(RunSearch.Parse(typed, TestApi.Noon)!));

    [Theory]
    [InlineData("state:failed,dead job:\"nightly report\" duration>5s since:2h -tag:a or priority>5 report")]
    [InlineData("{\"group\":\"OR\",\"conditions\":[{\"field\":\"job\",\"operator\":\"=\",\"value\":\"say \\\"hi\\\"\"},{\"field\":\"state\",\"operator\":\"in\",\"value\":[\"dead\"]}]}")]
    [InlineData("{\"group\":\"AND\",\"conditions\":[{\"field\":\"tag\",\"value\":\"a\"},{\"group\":\"OR\",\"conditions\":[{\"field\":\"priority\",\"value\":1},{\"field\":\"worker\",\"operator\":\"empty\"}]}]}")]
    [InlineData("{\"field\":\"queue\",\"operator\":\"in\",\"value\":[\"a b\",\"c\"]}")]
    public void What_is_written_finds_the_same(string typed)
    {
        var filter = RunSearch.Parse(typed, TestApi.Noon)!;
        var again = RunSearch.Parse(SearchText.Of(filter), TestApi.Noon.AddDays(1))!;
        Assert.Equal(FilterJson.Write(SearchText.Simplify(filter)), FilterJson.Write(SearchText.Simplify(again)));
        Assert.Equal(SearchText.Of(filter), SearchText.Of(again));
    }

    [Theory]
    [InlineData("state:failed,dead job:nightly", "state is failed or dead and job is nightly")]
    [InlineData("report -tag:a", "job, handler or error contains “report” and no tag is a")]
    [InlineData("duration>5s or priority<=3", "it took more than 5.0 s, or priority is at most 3")]
    [InlineData("since:2h", "it was asked for from 2026-03-02 10:00:00 UTC")]
    [InlineData("worker:none requested_by:alice error~disk", "there is no “worker” and it was asked for by alice and error contains “disk”")]
    [InlineData("queue:a,b,c,d,e,f,g", "queue is a, b, c, d, e or one of 2 more")]
    public void A_filter_is_told_in_words(string typed, string words) => Assert.Equal(words, FilterWords.Of(RunSearch.Parse(typed, TestApi.Noon)!));

    [Theory]
    [InlineData("state:running", "Cancel")]
    [InlineData("state:failed,dead", "Retry")]
    [InlineData("state:completed", "Replay")]
    [InlineData("-state:completed,skipped", "Retry Cancel")]
    [InlineData("job:a", "Retry Replay Cancel")]
    [InlineData("state:failed or state:queued", "Retry Cancel")]
    [InlineData("state:failed state:queued", "")]
    public void Only_what_can_be_done_to_what_is_looked_for_is_offered(string typed, string actions) =>
        Assert.Equal(actions, string.Join(' ', OperationWords.For(FilterStates.Of(RunSearch.Parse(typed, TestApi.Noon)))));

    [Fact]
    public void Every_ended_run_can_be_repeated_and_every_other_one_cancelled()
    {
        foreach (var state in Enum.GetValues<RunState>())
        {
            Assert.Equal(state.IsFinal(), OperationBook.Takes(OperationAction.Replay, state));
            Assert.Equal(!state.IsFinal(), OperationBook.Takes(OperationAction.Cancel, state));
            Assert.True(!OperationBook.Takes(OperationAction.Retry, state) || OperationBook.Takes(OperationAction.Replay, state));
        }
    }
}
