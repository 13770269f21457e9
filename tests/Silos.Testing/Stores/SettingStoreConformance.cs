using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="ISettingStore"/> must do. Derive once per implementation; add cases here.</summary>
public abstract class SettingStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_setting_comes_back_as_it_was_saved()
    {
        var wanted = new Setting("queue", "default/mail 'n' more", JsonText.Parse("""{ "pause": null,  "weight": 2.50 }"""));

        var saved = await Store.Settings.TrySaveAsync(wanted, Cancelled);

        Assert.Equal(wanted with { Version = 1 }, saved);
        Assert.Equal(saved, await Store.Settings.FindAsync("queue", wanted.Key, Cancelled));
        Assert.Null(await Store.Settings.FindAsync("pause", wanted.Key, Cancelled));
        Assert.Null(await Store.Settings.FindAsync("queue", "default", Cancelled));
    }

    [Fact]
    public async Task A_setting_counts_only_under_the_current_version()
    {
        var first = await Store.Settings.TrySaveAsync(new Setting("pause", "*", JsonText.Parse("1")), Cancelled);

        Assert.Null(await Store.Settings.TrySaveAsync(new Setting("pause", "*", JsonText.Parse("2")), Cancelled));
        Assert.Null(await Store.Settings.TrySaveAsync(new Setting("pause", "acme", JsonText.Parse("2"), Version: 1), Cancelled));
        var second = await Store.Settings.TrySaveAsync(first! with { Value = JsonText.Parse("null") }, Cancelled);

        Assert.Equal(2, second?.Version);
        Assert.Null(await Store.Settings.TrySaveAsync(first! with { Value = JsonText.Parse("3") }, Cancelled));
        Assert.Equal("null", (await Store.Settings.FindAsync("pause", "*", Cancelled))?.Value.Text);
        Assert.Null(await Store.Settings.FindAsync("pause", "acme", Cancelled));
    }

    [Fact]
    public async Task Settings_are_listed_by_kind()
    {
        foreach (var (kind, key) in ((string, string)[])[("queue", "b/x"), ("queue", "a/y"), ("pause", "a")])
        {
            await Store.Settings.TrySaveAsync(new Setting(kind, key, JsonText.Parse("{}")), Cancelled);
        }

        Assert.Equal(["a/y", "b/x"], (await Store.Settings.ListAsync("queue", Cancelled)).Select(setting => setting.Key).Order());
        Assert.Empty(await Store.Settings.ListAsync("other", Cancelled));
    }

    [Fact]
    public async Task A_setting_is_deleted_only_under_the_current_version()
    {
        var first = await Store.Settings.TrySaveAsync(new Setting("queue", "default/a", JsonText.Parse("1")), Cancelled);
        await Store.Settings.TrySaveAsync(new Setting("queue", "default/b", JsonText.Parse("1")), Cancelled);
        await Store.Settings.TrySaveAsync(new Setting("pause", "default/a", JsonText.Parse("1")), Cancelled);
        var second = await Store.Settings.TrySaveAsync(first! with { Value = JsonText.Parse("2") }, Cancelled);

        Assert.False(await Store.Settings.TryDeleteAsync("queue", "default/a", 1, Cancelled));
        Assert.False(await Store.Settings.TryDeleteAsync("queue", "default/c", 1, Cancelled));
        Assert.False(await Store.Settings.TryDeleteAsync("queue", "default/c", 0, Cancelled));
        Assert.Equal(second, await Store.Settings.FindAsync("queue", "default/a", Cancelled));
        Assert.True(await Store.Settings.TryDeleteAsync("queue", "default/a", 2, Cancelled));

        Assert.Null(await Store.Settings.FindAsync("queue", "default/a", Cancelled));
        Assert.Equal(["default/b"], (await Store.Settings.ListAsync("queue", Cancelled)).Select(setting => setting.Key));
        Assert.NotNull(await Store.Settings.FindAsync("pause", "default/a", Cancelled));
        Assert.False(await Store.Settings.TryDeleteAsync("queue", "default/a", 2, Cancelled));
        Assert.Null(await Store.Settings.TrySaveAsync(second! with { Value = JsonText.Parse("3") }, Cancelled));
        Assert.Equal(1, (await Store.Settings.TrySaveAsync(new Setting("queue", "default/a", JsonText.Parse("4")), Cancelled))?.Version);
    }

    [Fact]
    public async Task Of_a_save_and_a_deletion_at_the_same_time_one_wins()
    {
        for (var i = 0; i < 8; i++)
        {
            var setting = (await Store.Settings.TrySaveAsync(new Setting("queue", $"default/{i}", JsonText.From(0)), Cancelled))!;
            var saves = Task.Run(async () => await Store.Settings.TrySaveAsync(setting with { Value = JsonText.From(1) }, Cancelled));
            var deletes = Task.Run(async () => await Store.Settings.TryDeleteAsync(setting.Kind, setting.Key, setting.Version, Cancelled));

            var saved = await saves;
            Assert.NotEqual(saved is not null, await deletes);
            Assert.Equal(saved, await Store.Settings.FindAsync(setting.Kind, setting.Key, Cancelled));
        }
    }

    [Fact]
    public async Task Of_sixteen_simultaneous_saves_one_wins()
    {
        var saved = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => await Store.Settings.TrySaveAsync(new Setting("queue", "default/x", JsonText.From(i)), Cancelled))));

        var winner = Assert.Single(saved, result => result is not null);
        Assert.Equal(winner, await Store.Settings.FindAsync("queue", "default/x", Cancelled));
    }
}
