namespace Silos.Grains;

/// <summary>Settings of a client app's <see cref="ISilosClient"/>.</summary>
public sealed class SilosClientOptions
{
    /// <summary>
    /// Gets or sets how many times a call is tried while silos reject it or do not answer. Each try may reach another silo; more tries
    /// ride out a restart, fewer tell sooner. Default: 3.
    /// </summary>
    public int Tries { get; set; } = 3;

    /// <summary>
    /// Gets or sets how long one try may take. Longer waits for a slow store; shorter turns away sooner from a silo that has died and
    /// was not yet noticed. Applying many jobs and backfills, whose work grows with what is asked, have five minutes. Default: 10 seconds.
    /// </summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long to wait after the first failed try; doubled after each further one. Default: 100 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets or sets how long the app's start waits until silos can be called. After that it starts without: calls are refused as
    /// unavailable, enqueues go to the inbox, and connecting goes on in the background. Default: 5 seconds.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets whether an enqueue that no silo answered is put into the store's inbox by this process, if a fallback is
    /// registered (<c>UsePostgresFallback</c>). Default: true.
    /// </summary>
    public bool Fallback { get; set; } = true;

    /// <summary>Gets or sets the largest payload that the fallback accepts, in bytes of JSON; silos have their own limit. Default: 1 MiB.</summary>
    public int MaxPayloadBytes { get; set; } = 1024 * 1024;
}
