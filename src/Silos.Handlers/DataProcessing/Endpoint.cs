namespace Silos.Handlers.DataProcessing;

/// <summary>Where rows come from or go.</summary>
/// <param name="Label">How it is called in logs and results.</param>
internal abstract record Endpoint(string Label);
