using Npgsql;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>The answer of the statements that close attempts: how many counted and, if not all did, which.</summary>
internal static class Counted
{
    public static void Read(NpgsqlDataReader row, Guid[] runs, List<RunId> refused)
    {
        if (row.GetInt64(0) == runs.Length)
        {
            return;
        }

        var counted = row.IsDBNull(1) ? [] : row.GetFieldValue<Guid[]>(1).ToHashSet();

        // The first of several outcomes of one run is the one that counted.
        refused.AddRange(runs.Where(run => !counted.Remove(run)).Select(run => new RunId(run)));
    }
}
