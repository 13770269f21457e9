namespace Silos.Web;

/// <summary>How much a credential and a tenant may ask for; configuration section <c>Silos:Rates</c>. Each process counts for itself.</summary>
public sealed class RateSettings
{
    /// <summary>
    /// Gets or sets how many requests a second a credential may make on average, with twice as many at once; the sessions that were opened with a
    /// key, and opening them, count as that key's. 0 is unlimited. Default: 0. More is answered 429 with <c>Retry-After</c>.
    /// </summary>
    public int Requests { get; set; }

    /// <summary>
    /// Gets or sets how many runs a second a tenant may enqueue on average, triggers, batches, retries and backfills included, with ten times as many
    /// at once. 0 is unlimited. Default: 0. A batch or backfill that is larger than that is accepted when nothing was enqueued for ten seconds, and what
    /// follows waits for it; an operation on many runs goes on at this rate.
    /// </summary>
    public int Enqueues { get; set; }

    /// <summary>
    /// Gets or sets how many runs of a tenant may wait: no more are accepted until some have started, and an operation on many runs waits. 0 is
    /// unlimited. Default: 0. Counted every second, so a moment's flood may go beyond it.
    /// </summary>
    public int MaxWaiting { get; set; }

    /// <summary>
    /// Gets or sets how many wrong credentials a minute an address may show. 0 is unlimited. Default: 60. Keys are too long to be guessed; this
    /// keeps who tries from keeping the store busy.
    /// </summary>
    public int Failures { get; set; } = 60;
}
