namespace Silos.Engine.Tests.Simulation;

/// <summary>A promise was broken; the message says which.</summary>
internal sealed class SimulationException(string message) : Exception(message);
