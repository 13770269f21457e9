using Microsoft.Extensions.Logging;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Tests.Simulation;

/// <summary>The handlers of the simulation. Their effects are kept outside of every process, as in somebody else's system.</summary>
internal sealed class SimulatedHandlers(SimulatedWorld world)
{
    public static readonly string[] Keys = ["quick", "slow", "deaf", "flaky", "broken", "steps", "snooze"];

    public List<Effect> Effects { get; } = [];

    private HashSet<(RunId, long)> Seen { get; } = [];

    public void Register(ISilosBuilder silos, SimulatedProcess process)
    {
        Add("quick", (_, _) => Task.CompletedTask);
        Add("slow", (_, token) => Task.Delay(TimeSpan.FromMilliseconds(world.Draw(100, 5_000)), process.Clock, token));
        Add("deaf", (_, _) => Task.Delay(TimeSpan.FromMilliseconds(world.Draw(1_000, 8_000)), process.Clock, CancellationToken.None));
        Add("flaky", async (context, token) =>
        {
            if (context.Attempt < 3)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(world.Draw(0, 300)), process.Clock, token);
                throw new InvalidOperationException("not yet");
            }
        });
        Add("broken", (_, _) => throw new InvalidOperationException("never"));
        Add("snooze", (_, _) => world.Chance(0.5) ? throw new SnoozeException(TimeSpan.FromSeconds(2)) : Task.CompletedTask);
        Add("steps", async (context, token) =>
        {
            context.Log.LogInformation("begins");
            await context.StepAsync("only", _ => Task.FromResult(process.Name));
            await context.ReportProgressAsync(50);
            await Task.Delay(TimeSpan.FromMilliseconds(world.Draw(100, 2_000)), process.Clock, token);
        });

        // Waits are on the process's clock, which ends with it.
        void Add(string key, Func<JobContext, CancellationToken, Task> work) => silos.AddHandler(key, async (context, token) =>
        {
            var effect = new Effect(context.RunId, context.FencingToken, process.Name);
            Effects.Add(effect);
            if (!Seen.Add((context.RunId, context.FencingToken)))
            {
                throw world.Broken($"two attempts at run {context.RunId} had the token {context.FencingToken}");
            }

            await work(context, token);
            effect.Succeeded = true;
        });
    }
}
