namespace Silos.Engine.Tests.Simulation;

/// <summary>How the database behaves for a while.</summary>
/// <param name="Failing">The chance that a call fails; half of the failing writes are done all the same.</param>
/// <param name="Slow">The chance that a call takes up to three seconds.</param>
internal readonly record struct Weather(double Failing, double Slow)
{
    /// <summary>Nothing goes wrong.</summary>
    public static Weather Fine { get; } = new(0, 0);
}
