using Silos.Jobs;
using Silos.Runs;

namespace Silos.Core.Tests;

public sealed class RunStateTests
{
    [Fact]
    public void Nothing_leaves_a_final_state()
    {
        foreach (var from in Enum.GetValues<RunState>().Where(state => state.IsFinal()))
        {
            Assert.All(Enum.GetValues<RunState>(), to => Assert.False(from.CanBecome(to), $"{from} → {to}"));
        }
    }

    [Fact]
    public void Every_state_that_is_not_final_can_reach_every_final_one()
    {
        foreach (var from in Enum.GetValues<RunState>().Where(state => !state.IsFinal()))
        {
            var reached = new HashSet<RunState> { from };
            while (reached.SelectMany(a => Enum.GetValues<RunState>().Where(b => a.CanBecome(b))).ToList() is var next && next.Any(reached.Add))
            {
            }

            Assert.Superset(Enum.GetValues<RunState>().Where(state => state.IsFinal()).ToHashSet(), reached);
        }
    }

    [Fact]
    public void States_are_written_in_small_letters() => Assert.All(
        Enum.GetValues<RunState>(), state => Assert.Equal(state.ToString().ToLowerInvariant(), state.ToText()));

    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(2, 2_000)]
    [InlineData(3, 4_000)]
    [InlineData(7, 60_000)]
    [InlineData(100_000, 60_000)]
    public void Back_off_doubles_up_to_its_maximum(int failedAttempts, int milliseconds) => Assert.Equal(
        TimeSpan.FromMilliseconds(milliseconds),
        (RetryPolicy.Default with { Jitter = false }).DelayAfter(failedAttempts, draw: 0.5));

    [Fact]
    public void Full_jitter_draws_between_zero_and_the_whole_wait()
    {
        Assert.Equal(TimeSpan.Zero, RetryPolicy.Default.DelayAfter(3, 0));
        Assert.Equal(TimeSpan.FromSeconds(2), RetryPolicy.Default.DelayAfter(3, 0.5));
    }

    [Fact]
    public void An_error_is_cut_and_cleaned_so_that_every_store_takes_it()
    {
        var error = RunError.From(new InvalidOperationException("bad \0 \uD800 🚀 " + new string('x', 5_000)));
        Assert.StartsWith("bad \uFFFD \uFFFD 🚀 xxx", error.Message, StringComparison.Ordinal);
        Assert.Equal(4_001, error.Message.Length);
    }
}
