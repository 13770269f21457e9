using System.Text.Json.Serialization.Metadata;
using Silos.Cli.Output;

namespace Silos.Cli;

/// <summary>Does the same to several things. The first that fails ends it: what was done until then is told.</summary>
internal static class Each
{
    /// <summary>Does it and tells it, a line each.</summary>
    public static async Task<CliExit> DoAsync(CliCall call, IReadOnlyList<string> names, Func<string, Task<Done>> act)
    {
        var done = new List<Done>();
        try
        {
            using var progress = call.Out.Progress();
            foreach (var name in names)
            {
                if (names.Count > 1)
                {
                    progress.Report(100.0 * done.Count / names.Count, name);
                }

                done.Add(await act(name));
            }
        }
        finally
        {
            if (done.Count > 0)
            {
                Tell(call, done);
            }
        }

        return CliExit.Ok;
    }

    private static void Tell(CliCall call, List<Done> done) => call.Out.Show<IReadOnlyList<Done>>(
        done,
        (JsonTypeInfo<IReadOnlyList<Done>>)JsonTypes.Default.GetTypeInfo(typeof(IReadOnlyList<Done>))!,
        text => done.ForEach(one => text.Line($"{one.Action} {one.Name}{(one.Result is { } result ? $": {result}" : string.Empty)}")));
}
