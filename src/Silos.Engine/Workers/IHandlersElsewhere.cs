using Silos.Workers;

namespace Silos.Engine.Workers;

/// <summary>What is known of the handlers of other processes of the cluster. One process alone has none.</summary>
internal interface IHandlersElsewhere
{
    /// <summary>Gets what is known of a handler that one of them has, switched on; null if none has it. It cannot be invoked here.</summary>
    HandlerRegistration? Find(string handler);

    /// <summary>Gets what was last known of a handler that one of them had before it left; null if none ever had it, as far as this process saw.</summary>
    HandlerRegistration? Remember(string handler);
}
