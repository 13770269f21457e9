namespace Silos.Engine;

/// <summary>Brings more jobs than those registered in code, from a file for example. Applied at every start of a process that schedules.</summary>
public interface IJobSource
{
    /// <summary>
    /// Applies the jobs. Called once the store is open and the jobs of the code are registered, before start-up jobs run and
    /// before the first due instant is decided.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the start is given up.</param>
    /// <exception cref="StartupException">The jobs are wrong; the start is refused.</exception>
    Task ApplyAsync(CancellationToken cancellationToken);
}
