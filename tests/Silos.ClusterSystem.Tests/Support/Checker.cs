using System.Text.Json.Nodes;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>
/// Checks from outside what a cluster made of its work: what was acknowledged, what effects there are, what the ledger says. After
/// Jepsen's test of Chronos: every due instant has its decision and every decision its run; extras and incompletes are counted.
/// </summary>
internal sealed class Checker(TestCluster cluster, Load load)
{
    /// <summary>By how much a silo's clock may be ahead of the database's, by which the effects are dated.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until nothing is unfinished, then checks everything; the load has ended.</summary>
    public async Task<Findings> CheckAsync()
    {
        await SettleAsync();
        var runs = await cluster.AllAsync("/api/runs?limit=500", "id", "cursor");
        var effects = await cluster.Effects.ReadAsync(TestContext.Current.CancellationToken);
        var byId = runs.ToDictionary(run => (string)run["id"]!);
        CheckRuns(byId, effects);
        var decided = 0L;
        foreach (var job in load.Jobs)
        {
            decided += await CheckLedgerAsync(job, byId);
        }

        var lost = await CheckAttemptsAsync(runs, effects);
        return new Findings(load.Acknowledged.Count, load.Repeated, runs.Count, effects.Count, decided, lost, Recovery(effects), Lateness(effects));
    }

    private async Task SettleAsync()
    {
        var last = string.Empty;
        await Clock.UntilAsync(
            async () =>
            {
                var queues = await cluster.GetAsync("/api/queues");
                last = queues.ToJsonString();
                return queues["items"]!.AsArray().All(queue => (long)queue!["queued"]! + (long)queue["scheduled"]! + (long)queue["running"]! == 0);
            },
            TimeSpan.FromMinutes(4),
            () => $"all runs ended: {last}");
    }

    private void CheckRuns(Dictionary<string, JsonNode> runs, List<Effect> effects)
    {
        var lost = load.Acknowledged.Where(id => !runs.ContainsKey(id)).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} acknowledged runs are lost, such as {lost.FirstOrDefault()}.");
        var unfinished = runs.Values.Where(run => (string)run["state"]! != "completed").ToList();
        Assert.True(unfinished.Count == 0, $"{unfinished.Count} runs did not complete, such as {unfinished.FirstOrDefault()}.");

        var doubled = effects.GroupBy(effect => (effect.Run, effect.Token)).Where(group => group.Count() > 1).ToList();
        Assert.True(
            doubled.Count == 0,
            $"{doubled.Count} fencing tokens had their effect twice, such as {string.Join(" and ", doubled.FirstOrDefault()?.Select(effect => effect.ToString()) ?? [])}.");
        var withEffect = effects.Select(effect => effect.Run).ToHashSet();
        var without = runs.Keys.Where(id => !withEffect.Contains(id)).ToList();
        Assert.True(without.Count == 0, $"{without.Count} completed runs had no effect, such as {without.FirstOrDefault()}.");
        var early = effects.Where(effect => effect.Job.Length > 0 && effect.Began < effect.Due - Tolerance).ToList();
        Assert.True(early.Count == 0, $"{early.Count} attempts began before they were due, such as {early.FirstOrDefault()}.");
        var unknown = withEffect.Where(id => !runs.ContainsKey(id)).ToList();
        Assert.True(unknown.Count == 0, $"{unknown.Count} runs had effects and are not known, such as {unknown.FirstOrDefault()}.");
    }

    private async Task<long> CheckLedgerAsync(string job, Dictionary<string, JsonNode> runs)
    {
        var rows = await cluster.AllAsync($"/api/jobs/{job}/occurrences?limit=500", "dueAt", "before");
        rows.Reverse();
        return Ledger.Check(job, rows, runs);
    }

    /// <summary>A run that was begun more than once has one final outcome, its tokens rise, and the outcome that counts had its effect.</summary>
    private async Task<int> CheckAttemptsAsync(List<JsonNode> runs, List<Effect> effects)
    {
        var begun = effects.GroupBy(effect => effect.Run).ToDictionary(group => group.Key, group => group.ToList());
        var lost = 0;
        foreach (var run in runs.Where(run => (int)run["losses"]! > 0 || begun[(string)run["id"]!].Count > 1))
        {
            var id = (string)run["id"]!;
            var details = await cluster.GetAsync($"/api/runs/{id}");
            var attempts = details["attempts"]!.AsArray();
            long[] tokens = [.. attempts.Select(attempt => (long)attempt!["token"]!)];
            Assert.Equal(tokens.Distinct().Order(), tokens);
            Assert.Equal("completed", (string)attempts[^1]!["outcome"]!);
            Assert.Single(attempts, attempt => (string)attempt!["outcome"]! == "completed");
            Assert.Contains(begun[id], effect => effect.Token == tokens[^1]);
            lost += attempts.Count(attempt => (string)attempt!["outcome"]! == "lost");
        }

        return lost;
    }

    /// <summary>From a blow to the first attempt elsewhere of each run that was executing there.</summary>
    private List<TimeSpan> Recovery(List<Effect> effects)
    {
        var times = new List<TimeSpan>();
        var byRun = effects.ToLookup(effect => effect.Run);
        foreach (var blow in cluster.Blows)
        {
            foreach (var open in effects.Where(effect => effect.Silo == blow.Silo && effect.Began <= blow.At && effect.Ended is null))
            {
                // Ended there all the same, though nobody could say so any more, or taken up by somebody else.
                if (byRun[open.Run].Where(effect => effect.Token > open.Token).Select(effect => (DateTimeOffset?)effect.Began).Min() is { } again)
                {
                    times.Add(again - blow.At);
                }
            }
        }

        return times;
    }

    private static List<TimeSpan> Lateness(List<Effect> effects) =>
        [.. effects.Where(effect => effect.Job.StartsWith("tick", StringComparison.Ordinal)).GroupBy(effect => effect.Run).Select(group => group.First().Began - group.First().Due)];
}
