using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Engine.Workers;

/// <summary>The handlers of this process, by key, and what is known of those of others.</summary>
internal sealed class HandlerRegistry
{
    private readonly FrozenDictionary<string, HandlerRegistration> _handlers;
    private readonly IHandlersElsewhere? _elsewhere;

    /// <summary>Collects the registrations; those that the settings switch off count as disabled.</summary>
    /// <exception cref="StartupException">Two handlers have the same key.</exception>
    public HandlerRegistry(
        IEnumerable<HandlerRegistration> registrations, IOptions<EngineOptions> options, IHandlersElsewhere? elsewhere = null)
    {
        _elsewhere = elsewhere;
        var handlers = new Dictionary<string, HandlerRegistration>(StringComparer.Ordinal);
        foreach (var registration in registrations)
        {
            var handler = options.Value.DisabledHandlers.Contains(registration.Key)
                ? registration with { Enabled = false }
                : registration;
            if (!handlers.TryAdd(handler.Key, handler))
            {
                throw new StartupException(
                    $"Two handlers are registered under the key '{handler.Key}'. Give one of them another key.");
            }
        }

        _handlers = handlers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Gets all of them.</summary>
    public IReadOnlyCollection<HandlerRegistration> All => _handlers.Values;

    /// <summary>Finds a handler, here or, if it is not here or switched off here, in another process of the cluster; null if there is none.</summary>
    public HandlerRegistration? Find(string key) => _handlers.GetValueOrDefault(key) switch
    {
        { Enabled: true } here => here,
        var here => _elsewhere?.Find(key) ?? here,
    };

    /// <summary>
    /// Finds a handler as <see cref="Find"/> does, or else what it was like when a process of the cluster last had it: what is asked for while
    /// its silos are being replaced waits for them, and is not refused.
    /// </summary>
    public HandlerRegistration? FindOrRemember(string key) => Find(key) ?? _elsewhere?.Remember(key);

    /// <summary>Gets whether other processes may come that have handlers which nobody has now.</summary>
    public bool OthersMayCome => _elsewhere is not null;

    /// <summary>Finds a handler of this process, or null.</summary>
    public HandlerRegistration? FindHere(string key) => _handlers.GetValueOrDefault(key);

    /// <summary>Finds the handler a run or job is asked for with.</summary>
    /// <exception cref="InvalidException">There is none: "No handler registered for job: X".</exception>
    public HandlerRegistration Require(string key, string field = "handler") =>
        Find(key) ?? throw new InvalidException([new FieldProblem(field, null, $"is unknown: {Missing(key)}")]);

    /// <summary>What to say of a waiting run whose handler is missing, and what to do.</summary>
    public string Advice(string key) => _elsewhere is null
        ? $"{Missing(key)}. Register it with AddHandler or AddJob in this process, under exactly this key."
        : $"{Missing(key)}. No silo that is up has it; start one that has, or register it with AddHandler or AddJob under exactly this key.";

    /// <summary>The sentence people search for when a handler is missing.</summary>
    public static string Missing(string key) => $"No handler registered for job: {FieldProblem.Shorten(key)}";
}
