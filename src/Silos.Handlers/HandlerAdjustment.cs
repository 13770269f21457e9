using Silos.Workers;

namespace Silos.Handlers;

/// <summary>What a host wants different about a ready-made handler's registration: retries, timeout, concurrency.</summary>
internal sealed record HandlerAdjustment(string Key, Action<HandlerBuilder> Apply);
