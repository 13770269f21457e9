using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Silos.Engine;

namespace Silos.Cluster.Nodes;

/// <summary>
/// Strikes silos off the list that were killed all at once. Orleans lets a silo join only when every silo on the list answers, and leaves it to the living to
/// strike off the dead: where nobody lives, the first that comes back waits in vain. While this one joins, whoever neither answers nor shows a sign of life
/// for as long as makes an entry stale is declared dead.
/// </summary>
/// <remarks>Signs of life are told from one another and never from a clock: a wrong clock kills nobody.</remarks>
internal sealed partial class DeadNeighbours(
    IMembershipTable table,
    IClusterMembershipService membership,
    ILocalSiloDetails local,
    IOptions<ClusterMembershipOptions> options,
    EngineScheduler scheduler,
    TimeProvider clock,
    ILogger<DeadNeighbours> logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Knock = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _joined = new();
    private readonly Dictionary<SiloAddress, (DateTime Sign, long Since)> _signs = [];
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins to look; the list of silos can be read.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = scheduler.Run(LoopAsync);
        return Task.CompletedTask;
    }

    /// <summary>Stops: from now on silos watch each other in Orleans' way.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _joined.CancelAsync();
        await _loop;
    }

    /// <summary>Stops without waiting. The source itself needs no disposal, and the loop may still look at it.</summary>
    public void Dispose() => _joined.Cancel();

    /// <summary>Tells whether something listens at an address.</summary>
    public static async Task<bool> AnswersAsync(IPEndPoint endpoint, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Knock, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, both.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await LookAsync(_joined.Token);
                await Task.Delay(Pause, clock, _joined.Token);
            }
        }
        catch (OperationCanceledException) when (_joined.IsCancellationRequested)
        {
            // Joined, or given up.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var stale = options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit;
            foreach (var (entry, _) in (await table.ReadAll()).Members)
            {
                var silo = entry.SiloAddress;
                if (entry.Status is SiloStatus.Dead or SiloStatus.None || silo.Endpoint.Equals(local.SiloAddress.Endpoint))
                {
                    continue;
                }

                if (!_signs.TryGetValue(silo, out var seen) || seen.Sign != entry.IAmAliveTime)
                {
                    _signs[silo] = (entry.IAmAliveTime, clock.GetTimestamp());
                }
                else if (clock.GetElapsedTime(seen.Since) >= stale && !await AnswersAsync(silo.Endpoint, clock, cancellationToken))
                {
                    LogDead(entry.SiloName, silo.Endpoint, (long)stale.TotalSeconds);
                    await membership.TryKill(silo);
                }
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away: nobody's silence means anything.
            _signs.Clear();
            LogNotRead(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Silo {Name} at {Endpoint} neither answers nor has shown a sign of life for {Seconds} s; it is declared dead")]
    private partial void LogDead(string name, IPEndPoint endpoint, long seconds);

    [LoggerMessage(LogLevel.Debug, "The list of silos cannot be read")]
    private partial void LogNotRead(Exception exception);
}
