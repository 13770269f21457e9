using Silos.Engine.Queues;
using Silos.Runs;

namespace Silos.Cluster.Limits;

/// <summary>What the owner of a partition says about the permits it has and wants of limits that have one home.</summary>
/// <param name="Holder">The partition and its epoch.</param>
/// <param name="Home">The partition that is the home of the limits.</param>
/// <param name="HomeEpoch">The latest epoch of the home that the holder knows; 0 for none.</param>
/// <param name="Sequence">Rises with everything the holder says to this home.</param>
/// <param name="Full">Whether limits that are not mentioned are ones it has nothing of.</param>
/// <param name="Gates">How it stands.</param>
internal sealed record PermitReport(PartitionEpoch Holder, int Home, long HomeEpoch, long Sequence, bool Full, IReadOnlyList<PermitState> Gates);

/// <summary>How a holder stands with one limit.</summary>
/// <param name="Gate">The limit.</param>
/// <param name="Limit">How many permits there are, as its runs say.</param>
/// <param name="Kept">How many permits it keeps; it gave back what it had beyond.</param>
/// <param name="InUse">How many of these executing runs use.</param>
/// <param name="Wanted">How many more it can use now.</param>
internal sealed record PermitState(GateKey Gate, int Limit, int Kept, int InUse, int Wanted);

/// <summary>What the home answers, or says later when permits came back.</summary>
/// <param name="Home">The home.</param>
/// <param name="HomeEpoch">Its epoch.</param>
/// <param name="Holder">To whom.</param>
/// <param name="Sequence">What it had heard from the holder; void if the holder has said more since.</param>
/// <param name="WantsAll">Whether it does not know the holder and needs a full report.</param>
/// <param name="Gates">What the holder may have.</param>
internal sealed record PermitAnswer(int Home, long HomeEpoch, PartitionEpoch Holder, long Sequence, bool WantsAll, IReadOnlyList<PermitGrant> Gates);

/// <summary>What a holder may have of one limit.</summary>
/// <param name="Gate">The limit.</param>
/// <param name="Allowed">How many permits, those it kept included.</param>
/// <param name="Contended">Whether others wait, so that permits that are not used have to be given back at once.</param>
internal sealed record PermitGrant(GateKey Gate, int Allowed, bool Contended);

/// <summary>How many permits of a limit are taken.</summary>
/// <param name="InUse">How many; null while they are being counted.</param>
internal sealed record PermitCount(int? InUse);
