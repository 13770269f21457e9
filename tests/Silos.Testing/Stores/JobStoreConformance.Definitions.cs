using Silos.Jobs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <content>The history of a job's definitions.</content>
public abstract partial class JobStoreConformance
{
    [Fact]
    public async Task Every_change_of_a_definition_is_kept_with_who_and_when()
    {
        var job = await SaveJobAsync(change: job => job with { Source = "code", DeploymentVersion = "1.0" }, definedBy: "process-1");
        var changed = await DefineAsync(
            job with { Source = "api", DeploymentVersion = "1.1" }, Noon.AddMinutes(1), "ann — “naïve”", definition => definition with
            {
                Description = "日本語",
                Payload = JsonText.Parse("""{ "b": 1,  "a": [1.50, "é"] }"""),
                Schedules = ["0 1 * * *"],
            });

        var versions = await VersionsAsync(job.Key);

        Same(
            [
                new DefinitionVersion
                {
                    Number = 2, At = Noon.AddMinutes(1), By = "ann — “naïve”", Source = "api", DeploymentVersion = "1.1", Definition = changed.Definition,
                },
                new DefinitionVersion
                {
                    Number = 1, At = Noon, By = "process-1", Source = "code", DeploymentVersion = "1.0", Definition = job.Definition,
                },
            ],
            versions);
        Assert.Empty(await VersionsAsync(Key("absent")));
        Assert.Empty(await VersionsAsync(new JobKey(TenantId.Parse("acme"), job.Key.Name)));
    }

    [Fact]
    public async Task What_leaves_a_definition_as_it_is_is_no_version()
    {
        var job = await SaveJobAsync(definedBy: "ann");
        var same = await SavedAsync(job with { Source = "api", UpdatedAt = Noon.AddMinutes(1) }, "ben");
        var paused = await SavedAsync(same with { Pause = new Pause("cid", null, Noon) }, null);
        var planned = Assert.Single(await Store.Jobs.PlanAsync([APlan(paused)], Cancelled));

        Assert.True(planned.Applied);
        Assert.Equal([(1L, "ann")], Told(await VersionsAsync(job.Key)));
    }

    [Fact]
    public async Task A_save_that_is_overtaken_keeps_nothing()
    {
        var job = await SaveJobAsync(definedBy: "ann");
        await SavedAsync(job with { Cursor = Noon.AddMinutes(1) }, definedBy: null);
        var late = job with { Definition = job.Definition with { Priority = 5 } };

        Assert.Null(await Store.Jobs.TrySaveAsync(late, "ben", Cancelled));
        Assert.Null(await Store.Jobs.TrySaveAsync(late with { Version = 0 }, "ben", Cancelled));
        Assert.Null(await Store.Jobs.TrySaveAsync(late with { Key = Key("absent"), Version = 3 }, "ben", Cancelled));

        Assert.Equal([(1L, "ann")], Told(await VersionsAsync(job.Key)));
        Assert.Empty(await VersionsAsync(Key("absent")));
    }

    [Fact]
    public async Task What_somebody_wrote_who_keeps_no_versions_is_kept_when_it_is_changed()
    {
        // As a version of Silos without a history saves jobs: first, and in between.
        var job = await SaveJobAsync(change: job => job with { Source = "file:old", DeploymentVersion = "0.9" });
        Assert.Empty(await VersionsAsync(job.Key));
        var known = await DefineAsync(job, Noon.AddMinutes(1), "ann", definition => definition with { Priority = 1 });
        var between = await SavedAsync(
            known with { Definition = known.Definition with { Priority = 2 }, UpdatedAt = Noon.AddMinutes(2), DeploymentVersion = "0.9" }, null);
        Assert.Equal([(2L, "ann"), (1L, null)], Told(await VersionsAsync(job.Key)));

        await DefineAsync(between with { DeploymentVersion = "1.0" }, Noon.AddMinutes(3), "ben", definition => definition with { Priority = 3 });

        var versions = await VersionsAsync(job.Key);
        Assert.Equal([(4L, "ben"), (3L, null), (2L, "ann"), (1L, null)], Told(versions));
        Assert.Equal([3, 2, 1, 0], versions.Select(version => version.Definition.Priority));
        Assert.Equal([3, 2, 1, 0], versions.Select(version => version.At.Minute));
        Assert.Equal(["1.0", "0.9", "0.9", "0.9"], versions.Select(version => version.DeploymentVersion));
        Assert.All(versions, version => Assert.Equal("file:old", version.Source));
    }

    [Fact]
    public async Task The_newest_versions_stay_and_are_listed_page_by_page()
    {
        var job = await SaveJobAsync(definedBy: "ann");
        var other = await SaveJobAsync("other", definedBy: "ann");
        for (var i = 1; i < DefinitionVersion.Kept + 5; i++)
        {
            job = await DefineAsync(job, Noon.AddMinutes(i), "ann", definition => definition with { Priority = i });
        }

        var all = await Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(job.Key, Limit: 1_000), Cancelled);
        Assert.Equal(Enumerable.Range(6, DefinitionVersion.Kept).Reverse().Select(number => (long)number), all.Select(version => version.Number));
        Assert.Equal(DefinitionVersion.Kept + 4, all[0].Definition.Priority);
        Assert.Single(await VersionsAsync(other.Key));

        async Task<IEnumerable<long>> NumbersAsync(long? before, int limit) =>
            (await Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(job.Key, before, limit), Cancelled)).Select(version => version.Number);

        Assert.Equal([55, 54], await NumbersAsync(null, 2));
        Assert.Equal([53, 52], await NumbersAsync(54, 2));
        Assert.Equal([6], await NumbersAsync(7, 2));
        Assert.Empty(await NumbersAsync(6, 2));
    }

    [Fact]
    public async Task Versions_go_with_their_job_and_begin_anew_with_the_next_of_its_name()
    {
        var job = await SaveJobAsync(definedBy: "ann");
        job = await DefineAsync(job, Noon.AddMinutes(1), "ann", definition => definition with { Priority = 1 });

        Assert.True(await Store.Jobs.TryDeleteAsync(job.Key, job.Version, Cancelled));
        Assert.Empty(await VersionsAsync(job.Key));

        await SaveJobAsync(definedBy: "ben");
        Assert.Equal([(1L, "ben")], Told(await VersionsAsync(job.Key)));
    }

    [Fact]
    public async Task Of_many_saves_each_definition_that_differs_is_kept()
    {
        var same = await SaveJobAsync("a", definedBy: "ann");
        var changed = await SaveJobAsync("b", definedBy: "ann");
        var overtaken = await SaveJobAsync("c", definedBy: "ann");
        var unknown = await SaveJobAsync("d");

        var saved = await Store.Jobs.TrySaveManyAsync(
            [
                same,
                Prior(changed),
                Prior(overtaken) with { Version = 7 },
                Prior(unknown),
                same with { Key = Key("e"), Version = 0 },
                Prior(same) with { Version = 0 },
            ],
            "ben",
            Cancelled);

        Assert.Equal([2L, 2L, null, 2L, 1L, null], saved.Select(job => job?.Version));
        Assert.Equal([(1L, "ann")], Told(await VersionsAsync(same.Key)));
        Assert.Equal([(2L, "ben"), (1L, "ann")], Told(await VersionsAsync(changed.Key)));
        Assert.Equal([(1L, "ann")], Told(await VersionsAsync(overtaken.Key)));
        Assert.Equal([(2L, "ben"), (1L, null)], Told(await VersionsAsync(unknown.Key)));
        Assert.Equal([(1L, "ben")], Told(await VersionsAsync(Key("e"))));

        static Job Prior(Job job) => job with { Definition = job.Definition with { Priority = 9 } };
    }

    private static IEnumerable<(long Number, string? By)> Told(IEnumerable<DefinitionVersion> versions) =>
        versions.Select(version => (version.Number, version.By));

    private ValueTask<IReadOnlyList<DefinitionVersion>> VersionsAsync(JobKey key) =>
        Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(key), Cancelled);

    private async Task<Job> SavedAsync(Job job, string? definedBy) => Assert.IsType<Job>(await Store.Jobs.TrySaveAsync(job, definedBy, Cancelled));

    private Task<Job> DefineAsync(Job job, DateTimeOffset at, string by, Func<JobDefinition, JobDefinition> change) =>
        SavedAsync(job with { Definition = change(job.Definition), UpdatedAt = at }, by);
}
