using System.Diagnostics.Metrics;
using Silos.Web.Metrics;

namespace Silos.Web.Tests.Metrics;

/// <summary>Numbers become the text format of Prometheus, version 0.0.4, to the letter.</summary>
public sealed class ExpositionTests : IDisposable
{
    private readonly Meter _meter = new($"test.{Guid.NewGuid():N}");
    private readonly MetricsCollector _collector;

    public ExpositionTests() => _collector = new MetricsCollector(meter => ReferenceEquals(meter, _meter));

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_has_help_type_and_a_line_for_each_set_of_labels()
    {
        var counter = _meter.CreateCounter<long>("silos.runs.ended", "{run}", "Runs that are over.");
        counter.Add(2, new KeyValuePair<string, object?>("outcome", "failed"));
        counter.Add(3, new KeyValuePair<string, object?>("outcome", "completed"));
        counter.Add(1, new KeyValuePair<string, object?>("outcome", "completed"));
        Assert.Equal(
            """
            # HELP silos_runs_ended_total Runs that are over.
            # TYPE silos_runs_ended_total counter
            silos_runs_ended_total{outcome="completed"} 4
            silos_runs_ended_total{outcome="failed"} 2

            """,
            _collector.Collect());
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_a_sum_and_a_count()
    {
        var histogram = _meter.CreateHistogram(
            "silos.commit.duration", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5] });
        histogram.Record(0.25);
        histogram.Record(1);
        histogram.Record(7.5);
        Assert.Equal(
            """
            # TYPE silos_commit_duration_seconds histogram
            silos_commit_duration_seconds_bucket{le="0.5"} 1
            silos_commit_duration_seconds_bucket{le="1"} 2
            silos_commit_duration_seconds_bucket{le="2.5"} 2
            silos_commit_duration_seconds_bucket{le="+Inf"} 3
            silos_commit_duration_seconds_sum 8.75
            silos_commit_duration_seconds_count 3

            """,
            _collector.Collect());
    }

    [Fact]
    public void Names_of_people_cannot_break_a_line()
    {
        _meter.CreateCounter<int>("x", description: "one\\two\nthree").Add(1, new KeyValuePair<string, object?>("queue.name", "a\"b\\c\nd"));
        Assert.Equal("# HELP x_total one\\\\two\\nthree\n# TYPE x_total counter\nx_total{queue_name=\"a\\\"b\\\\c\\nd\"} 1\n", _collector.Collect());
    }

    [Fact]
    public void The_same_labels_in_another_order_are_the_same_series()
    {
        var counter = _meter.CreateCounter<long>("x");
        counter.Add(1, new("b", "2"), new("a", 1));
        counter.Add(1, new("a", 1), new("b", "2"));
        Assert.Contains("x_total{a=\"1\",b=\"2\"} 2\n", _collector.Collect(), StringComparison.Ordinal);
    }

    /// <summary>Each engine of a process has its own instruments; together they are one metric.</summary>
    [Fact]
    public void What_is_observed_is_asked_for_anew_and_added_up_over_instruments_of_one_name()
    {
        var used = 3;
        _meter.CreateObservableGauge("silos.worker.slots", () => used, "{slot}");
        _meter.CreateObservableGauge("silos.worker.slots", () => 10, "{slot}");
        Assert.Contains("# TYPE silos_worker_slots gauge\nsilos_worker_slots 13\n", _collector.Collect(), StringComparison.Ordinal);
        used = 1;
        Assert.Contains("silos_worker_slots 11\n", _collector.Collect(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_with_too_many_series_adds_the_rest_up_in_one()
    {
        var counter = _meter.CreateCounter<long>("x");
        for (var i = 0; i < MetricFamily.MostSeries + 5; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        var text = _collector.Collect();
        Assert.Contains("x_total{otel_metric_overflow=\"true\"} 5\n", text, StringComparison.Ordinal);
        Assert.Equal(MetricFamily.MostSeries + 1, text.Split('\n').Count(line => line.StartsWith("x_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Threads_that_count_at_once_lose_nothing()
    {
        var counter = _meter.CreateCounter<long>("x");
        var names = Enumerable.Range(0, 20).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("name", names[i % names.Length]));
            }
        })));
        var text = _collector.Collect();
        Assert.All(names, name => Assert.Contains($"x_total{{name=\"{name}\"}} 4000\n", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", MetricKind.Histogram, "http_server_request_duration_seconds")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", MetricKind.Counter, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("a.ratio", "1", MetricKind.Gauge, "a_ratio")]
    [InlineData("9.lives--left", "{life}", MetricKind.Gauge, "_9_lives_left")]
    internal void Names_are_made_as_the_specification_says(string name, string unit, MetricKind kind, string expected) =>
        Assert.Equal(expected, MetricName.Of(name, unit, kind));
}
