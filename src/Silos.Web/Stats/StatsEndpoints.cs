using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Keys;
using Silos.Schedules;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Stats;

/// <summary><c>/api/stats</c>: numbers over time.</summary>
internal sealed class StatsEndpoints(ISilosStore store, Surroundings surroundings)
{
    private const int MostBuckets = 1_500;

    public void Map(ApiRoutes api) =>
        api.Get("/api/stats", "GetStats", "Show what ended over time: counts, lateness and durations", ReadAsync)
            .Needs(Role.Viewer)
            .Query("since", "From when on. Default: an hour before until.")
            .Query("until", "Until when. Default: now.")
            .Query("bucket", "How long a bucket is, in whole minutes: 5m. Default: 1m.")
            .Gives<StatsResponse>();

    private async Task ReadAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var until = query.Instant("until") ?? surroundings.Clock.Now();
        var since = query.Instant("since") ?? until.AddHours(-1);
        var bucket = Bucket(query);
        if (query.Problems.Count == 0 && since >= until)
        {
            query.Report("since", InstantText.Format(since), "must be before 'until'");
        }

        if (query.Problems.Count == 0 && (until - since) / bucket > MostBuckets)
        {
            query.Report("bucket", DurationText.Format(bucket), $"makes more than {MostBuckets} buckets of that time; take longer ones");
        }

        query.Close();
        var series = await RunSeries.ReadAsync(store.Stats, Caller.Of(context).Tenant, since, until, bucket, context.RequestAborted);
        var items = series.Buckets.Select(tally => new StatsBucketResponse(
            tally.Minute,
            tally.Completed,
            tally.Failed,
            tally.Cancelled,
            tally.Skipped,
            tally.Lateness.Percentile(0.5),
            tally.Lateness.Percentile(0.99),
            tally.Durations.Percentile(0.5),
            tally.Durations.Percentile(0.99)));
        var answer = new StatsResponse(series.Since, series.Until, DurationText.Format(bucket), [.. items]);
        await Answer.OkAsync(context, answer, ClientJson.Readable.StatsResponse);
    }

    private static TimeSpan Bucket(QueryFields query)
    {
        var minute = TimeSpan.FromMinutes(1);
        if (query.Text("bucket") is not { } text)
        {
            return minute;
        }

        if (DurationText.TryParse(text, out var bucket) && bucket >= minute && bucket <= TimeSpan.FromDays(1) && bucket.Ticks % minute.Ticks == 0)
        {
            return bucket;
        }

        query.Report("bucket", text, "must be a duration of whole minutes, 1m to 1d");
        return minute;
    }
}
