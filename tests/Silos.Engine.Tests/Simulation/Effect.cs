using Silos.Runs;

namespace Silos.Engine.Tests.Simulation;

/// <summary>What the world outside saw of one attempt.</summary>
internal sealed class Effect(RunId run, long token, string process)
{
    public RunId Run { get; } = run;

    public long Token { get; } = token;

    public string Process { get; } = process;

    /// <summary>Gets or sets whether the handler returned without an error.</summary>
    public bool Succeeded { get; set; }
}
