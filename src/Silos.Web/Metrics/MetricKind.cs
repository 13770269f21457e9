namespace Silos.Web.Metrics;

/// <summary>The kinds of metrics that Prometheus has.</summary>
internal enum MetricKind
{
    /// <summary>Only rises.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}
