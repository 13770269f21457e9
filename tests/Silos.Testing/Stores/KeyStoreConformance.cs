using Silos.Keys;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="IKeyStore"/> must do. Derive once per implementation; add cases here.</summary>
public abstract class KeyStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_key_comes_back_as_it_was_added()
    {
        var plain = AKey();
        var full = AKey(name: "Zoë's key") with
        {
            Scope = TenantScope.Of(TenantId.Parse("acme, inc."), TenantId.Parse("beta")),
            Role = Role.Operator,
            Kind = KeyKind.Session,
            ExpiresAt = Noon.AddDays(1),
            LastUsedAt = Noon.AddMilliseconds(7),
            RevokedAt = Noon.AddHours(1),
            RevokedBy = "root",
            Parent = plain.Id,
        };

        Assert.True(await Store.Keys.TryAddAsync(plain, Cancelled));
        Assert.True(await Store.Keys.TryAddAsync(full, Cancelled));

        Same(plain, await Store.Keys.FindAsync(plain.Id, Cancelled));
        Same(full, await Store.Keys.FindAsync(full.Id, Cancelled));
        Assert.Null(await Store.Keys.FindAsync("nobody", Cancelled));
    }

    [Fact]
    public async Task An_id_that_is_taken_stays_with_the_first()
    {
        var first = AKey();
        await Store.Keys.TryAddAsync(first, Cancelled);

        Assert.False(await Store.Keys.TryAddAsync(AKey(name: "second") with { Id = first.Id }, Cancelled));

        Assert.Equal(first.Name, (await Store.Keys.FindAsync(first.Id, Cancelled))?.Name);
    }

    [Fact]
    public async Task Keys_are_listed_latest_first_by_tenant_and_sessions_are_not()
    {
        var acme = TenantScope.Of(TenantId.Parse("acme"));
        var keys = new[]
        {
            AKey(name: "old", at: Noon), AKey(name: "everything", at: Noon.AddMinutes(1)) with { Scope = TenantScope.All },
            AKey(name: "acme", at: Noon.AddMinutes(2)) with { Scope = acme }, AKey(name: "session") with { Scope = acme, Kind = KeyKind.Session },
            AKey(name: "two") with { Scope = TenantScope.Of(TenantId.Parse("acme"), TenantId.Parse("beta")), Kind = KeyKind.Session },
        };
        foreach (var key in keys)
        {
            await Store.Keys.TryAddAsync(key, Cancelled);
        }

        Assert.Equal(["acme", "everything", "old"], await NamesAsync(new KeyQuery(null, Noon)));
        Assert.Equal(["acme", "everything"], await NamesAsync(new KeyQuery(null, Noon) { Limit = 2 }));
        Assert.Equal(["old"], await NamesAsync(new KeyQuery(null, Noon) { Limit = 2, Offset = 2 }));
        Assert.Equal(["acme"], await NamesAsync(new KeyQuery(TenantId.Parse("acme"), Noon)));
        Assert.Empty(await NamesAsync(new KeyQuery(TenantId.Parse("beta"), Noon)));
    }

    [Fact]
    public async Task Keys_that_open_something_are_listed_before_those_that_do_not()
    {
        var keys = new[]
        {
            AKey(name: "good", at: Noon), AKey(name: "ends", at: Noon.AddMinutes(1)) with { ExpiresAt = Noon.AddDays(1) },
            AKey(name: "revoked", at: Noon.AddMinutes(2)) with { RevokedAt = Noon.AddMinutes(3) },
            AKey(name: "revoked, would end", at: Noon.AddMinutes(3)) with { RevokedAt = Noon.AddMinutes(3), ExpiresAt = Noon.AddDays(9) },
        };
        foreach (var key in keys)
        {
            await Store.Keys.TryAddAsync(key, Cancelled);
        }

        Assert.Equal(["ends", "good", "revoked, would end", "revoked"], await NamesAsync(new KeyQuery(null, Noon.AddDays(1).AddMilliseconds(-1))));
        Assert.Equal(["good", "revoked, would end", "revoked", "ends"], await NamesAsync(new KeyQuery(null, Noon.AddDays(1))));
        Assert.Equal(["good"], await NamesAsync(new KeyQuery(null, Noon.AddDays(1)) { Limit = 1 }));
    }

    [Fact]
    public async Task A_key_is_revoked_once()
    {
        var key = AKey();
        await Store.Keys.TryAddAsync(key, Cancelled);

        Assert.True(await Store.Keys.RevokeAsync(key.Id, "ann", Noon.AddMinutes(1), Cancelled));
        Assert.False(await Store.Keys.RevokeAsync(key.Id, "bob", Noon.AddMinutes(2), Cancelled));
        Assert.False(await Store.Keys.RevokeAsync("nobody", "bob", Noon, Cancelled));

        var stored = await Store.Keys.FindAsync(key.Id, Cancelled);
        Assert.Equal((Noon.AddMinutes(1), "ann"), (stored?.RevokedAt, stored?.RevokedBy));
        Assert.False(stored!.IsUsable(Noon.AddMinutes(1)));
    }

    [Fact]
    public async Task The_latest_use_stays()
    {
        var key = AKey();
        await Store.Keys.TryAddAsync(key, Cancelled);

        foreach (var minute in new[] { 1, 5, 3 })
        {
            await Store.Keys.TouchAsync(key.Id, Noon.AddMinutes(minute), Cancelled);
        }

        await Store.Keys.TouchAsync("nobody", Noon, Cancelled);
        Assert.Equal(Noon.AddMinutes(5), (await Store.Keys.FindAsync(key.Id, Cancelled))?.LastUsedAt);
    }

    [Fact]
    public async Task Sessions_that_are_over_go_and_keys_stay()
    {
        var keys = new[]
        {
            AKey(name: "expired key") with { ExpiresAt = Noon.AddDays(-9) },
            AKey(name: "expired") with { Kind = KeyKind.Session, ExpiresAt = Noon.AddDays(-2) },
            AKey(name: "revoked") with { Kind = KeyKind.Session, ExpiresAt = Noon.AddDays(1), RevokedAt = Noon.AddDays(-3) },
            AKey(name: "alive") with { Kind = KeyKind.Session, ExpiresAt = Noon.AddDays(1) },
        };
        foreach (var key in keys)
        {
            await Store.Keys.TryAddAsync(key, Cancelled);
        }

        Assert.Equal(1, await Store.Keys.PruneSessionsAsync(Noon, 1, Cancelled));
        Assert.Equal(1, await Store.Keys.PruneSessionsAsync(Noon, 10, Cancelled));
        Assert.Equal(0, await Store.Keys.PruneSessionsAsync(Noon, 10, Cancelled));

        var left = new List<string>();
        foreach (var key in keys)
        {
            left.AddRange(await Store.Keys.FindAsync(key.Id, Cancelled) is { } found ? [found.Name] : []);
        }

        Assert.Equal(["expired key", "alive"], left);
    }

    private async Task<IEnumerable<string>> NamesAsync(KeyQuery query) => (await Store.Keys.ListAsync(query, Cancelled)).Select(key => key.Name);

    /// <summary>Makes a key.</summary>
    private static ApiKey AKey(string name = "deploy", DateTimeOffset? at = null)
    {
        var token = KeyToken.New();
        return new ApiKey
        {
            Id = token.Id,
            Name = name,
            Scope = TenantScope.Of(TenantId.Default),
            Role = Role.Admin,
            Hash = token.Hash,
            CreatedAt = at ?? Noon,
            CreatedBy = "test",
        };
    }
}
