using System.Text.Json.Nodes;

namespace Silos.Tests.Hosts;

/// <summary>Checks a ledger from outside, by what the API says.</summary>
internal static class Ledger
{
    /// <summary>Of a job that is due every second: each second from the first decision to the last has exactly one, and every run of the job belongs to one of them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="rows">Its occurrences, oldest first.</param>
    /// <param name="runs">Runs by id, of this job and of others.</param>
    /// <returns>How many instants were decided.</returns>
    public static long Check(string job, IReadOnlyList<JsonNode> rows, Dictionary<string, JsonNode> runs)
    {
        DateTimeOffset? previous = null;
        var count = 0L;
        foreach (var row in rows)
        {
            var due = (DateTimeOffset)row["dueAt"]!;
            if (previous is { } before)
            {
                Assert.True(due == before.AddSeconds(1), $"{job}: after {before:O} comes {due:O}, not the next second.");
            }

            previous = row["until"] is { } until ? (DateTimeOffset)until : due;
            var held = (long)(previous.Value - due).TotalSeconds + 1;
            Assert.Equal(held, (long)row["count"]!);
            count += held;
        }

        var mine = runs.Values.Where(run => (string?)run["job"] == job).Select(run => (string)run["id"]!).Order();
        Assert.Equal(mine, rows.Select(row => (string?)row["run"]).OfType<string>().Order());
        return count;
    }
}
