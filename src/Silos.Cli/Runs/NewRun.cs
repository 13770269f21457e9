using Silos.Runs;

namespace Silos.Cli.Runs;

/// <summary>Asks for a run whose id is known before, so that whoever gets no answer can look.</summary>
internal static class NewRun
{
    /// <summary>Makes an id.</summary>
    public static RunId Id(CliCall call) => RunId.New(call.Host.Clock.GetUtcNow().ToInstant());

    /// <summary>Asks; tells the id if no answer comes that says what became of it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="id">The id that is sent.</param>
    /// <param name="safe">What makes it safe to try again, for the message; null if nothing does.</param>
    /// <param name="ask">Asks.</param>
    public static async Task<T> AskAsync<T>(CliCall call, string id, string? safe, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (CliFailure.IsUnknown(exception))
        {
            call.Out.Note($"run {id} may exist or not: 'silos runs get {id}' tells{(safe is null ? string.Empty : $"; {safe}")}");
            throw;
        }
    }
}
