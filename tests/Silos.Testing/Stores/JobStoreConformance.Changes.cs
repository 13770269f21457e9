using Silos.Jobs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>Many jobs at once, all or none.</summary>
public abstract partial class JobStoreConformance
{
    [Fact]
    public async Task Many_jobs_are_inserted_updated_and_deleted_at_once()
    {
        var kept = await SaveJobAsync("kept");
        var gone = await SaveJobAsync("gone");
        var changed = kept with { Source = "x", Definition = kept.Definition with { Description = "new" } };
        var added = kept with { Key = Key("added"), Version = 0 };
        IReadOnlyList<Job>? told = null;

        var saved = await Store.Jobs.TryChangeManyAsync(
            [Key("added"), kept.Key, gone.Key, Key("nothing")],
            stored =>
            {
                told = stored;
                return new JobChanges([added, changed], [gone]);
            },
            "ann",
            Cancelled);

        Same<List<Job>>([gone, kept], [.. told!.OrderBy(job => job.Key.Name)]);
        Assert.Equal(["added", "kept"], saved!.Select(job => job.Key.Name.Value));
        Assert.Equal([1L, 2L], saved!.Select(job => job.Version));
        Same(saved![0], await JobAsync(added.Key));
        Same(saved[1], await JobAsync(kept.Key));
        Assert.Null(await Store.Jobs.FindAsync(gone.Key, Cancelled));
        Assert.Equal(["ann", null], (await Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(kept.Key), Cancelled)).Select(version => version.By));
        Assert.Empty(await Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(gone.Key), Cancelled));
        Assert.Empty((await Store.Jobs.TryChangeManyAsync([], _ => new JobChanges([], []), null, Cancelled))!);
    }

    [Theory]
    [InlineData("added")]
    [InlineData("kept")]
    [InlineData("gone")]
    [InlineData("none")]
    [InlineData("throws")]
    public async Task Of_many_changes_of_which_one_cannot_be_none_is_done(string trouble)
    {
        var kept = await SaveJobAsync("kept");
        var gone = await SaveJobAsync("gone");
        var added = kept with { Key = Key("added"), Version = trouble == "added" ? 7 : 0 };
        var there = await SaveJobAsync("there");
        List<Job> saves = [kept with { Source = "x", Version = trouble == "kept" ? 9 : 1 }, added];
        if (trouble == "none")
        {
            saves.Add(there with { Version = 0 });
        }

        var change = Store.Jobs.TryChangeManyAsync(
            [kept.Key, gone.Key, added.Key, there.Key],
            _ => trouble == "throws"
                ? throw new ConflictException("no")
                : new JobChanges(saves, [gone with { Version = trouble == "gone" ? 9 : 1 }]),
            "ann",
            Cancelled).AsTask();

        if (trouble == "throws")
        {
            await Assert.ThrowsAsync<ConflictException>(() => change);
        }
        else
        {
            Assert.Null(await change);
        }

        Same(kept, await JobAsync(kept.Key));
        Same(gone, await JobAsync(gone.Key));
        Same(there, await JobAsync(there.Key));
        Assert.Null(await Store.Jobs.FindAsync(added.Key, Cancelled));
        Assert.Null(await Store.Jobs.TryChangeManyAsync([kept.Key], _ => null, null, Cancelled));
    }

    [Fact]
    public async Task Of_sixteen_that_change_many_jobs_at_once_each_sees_what_the_one_before_it_wrote()
    {
        var first = await SaveJobAsync("a");
        var second = await SaveJobAsync("b");

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => Assert.NotNull(await Store.Jobs.TryChangeManyAsync(
            i % 2 == 0 ? [first.Key, second.Key] : [second.Key, first.Key],
            stored => new JobChanges(
                [.. stored.Select(job => job with { Definition = job.Definition with { Priority = job.Definition.Priority + 1 }, Source = $"writer-{i}" })], []),
            null,
            Cancelled)))));

        var (a, b) = (await JobAsync(first.Key), await JobAsync(second.Key));
        Assert.Equal((17L, 17L), (a.Version, b.Version));
        Assert.Equal(first.Definition.Priority + 16, a.Definition.Priority);
        Assert.Equal(second.Definition.Priority + 16, b.Definition.Priority);
        Assert.Equal(a.Source, b.Source);
    }
}
