using System.Text.Json;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Core.Tests;

public sealed class NamesTests
{
    [Theory]
    [InlineData("nightly-report")]
    [InlineData("Monthly Credit Top-Up")]
    [InlineData("ünïcode ✓ 🚀")]
    [InlineData("'; drop table job; --")]
    public void A_name_may_be_what_people_write(string text)
    {
        Assert.True(JobName.TryParse(text, out var name));
        Assert.Equal(text, name.Value);
    }

    [Theory]
    [InlineData(null, "must not be empty")]
    [InlineData("", "must not be empty")]
    [InlineData("a/b", "must not contain '/'")]
    [InlineData(" a", "must not begin or end with white space")]
    [InlineData("a\0b", "must not contain control characters (U+0000 at position 1)")]
    [InlineData("a\nb", "must not contain control characters (U+000A at position 1)")]
    public void What_is_not_a_name_is_told_why(string? text, string problem)
    {
        Assert.False(Names.IsValid(text, out var found));
        Assert.Equal(problem, found);
    }

    [Fact]
    public void An_unpaired_surrogate_is_no_name()
    {
        // Not a theory's data, because the runner passes that on as UTF-8.
        Assert.False(Names.IsValid("a\uD800b", out var problem));
        Assert.Equal("must not contain an unpaired surrogate (position 1)", problem);
    }

    [Fact]
    public void A_name_has_at_most_100_characters()
    {
        Assert.True(JobName.TryParse(new string('x', 100), out _));
        Assert.False(JobName.TryParse(new string('x', 101), out _));
    }

    [Fact]
    public void A_wrong_name_in_an_error_is_shortened()
    {
        var error = Assert.Throws<InvalidException>(() => JobName.Parse(new string('x', 10_000)));
        Assert.Equal($"name '{new string('x', 60)}…' must have at most 100 characters, not 10000.", error.Message);
    }

    [Fact]
    public void A_job_key_reads_back_what_it_writes()
    {
        var key = new JobKey(TenantId.Parse("acme"), JobName.Parse("nightly report"));
        Assert.Equal("acme/nightly report", key.ToString());
        Assert.Equal(key, JobKey.Parse(key.ToString()));
    }

    [Fact]
    public void Names_survive_json_as_values_and_as_keys()
    {
        var names = new Dictionary<JobName, (TenantId Tenant, QueueName Queue)> { [JobName.Parse("Monthly Top-Up")] = (TenantId.Parse("acme"), QueueName.Default) };
        var json = JsonSerializer.Serialize(names.ToDictionary(pair => pair.Key, pair => new { pair.Value.Tenant, pair.Value.Queue }));

        Assert.Equal("""{"Monthly Top-Up":{"Tenant":"acme","Queue":"default"}}""", json);
        Assert.Equal(["Monthly Top-Up"], JsonSerializer.Deserialize<Dictionary<JobName, JsonElement>>(json)!.Keys.Select(name => name.Value));
        Assert.Throws<InvalidException>(() => JsonSerializer.Deserialize<QueueName>("\"a/b\""));
    }

    [Fact]
    public void Run_ids_made_by_one_process_rise_even_when_the_clock_jumps_back()
    {
        var now = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);
        RunId[] ids = [.. Enumerable.Range(0, 10_000).Select(i => RunId.New(i % 3 == 0 ? now.AddHours(-1) : now))];
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(7, id.Value.Version));
    }

    [Fact]
    public void Partitions_of_many_queues_are_used_evenly()
    {
        var counts = new int[Partitions.Count];
        for (var i = 0; i < 32_000; i++)
        {
            counts[Partitions.Of("default", $"queue-{i}")]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 700, 1_300));
    }
}
