using Silos.Audit;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="IAuditStore"/> must do. Derive once per implementation; add cases here.</summary>
public abstract class AuditStoreConformance : StoreConformance
{
    private static readonly AuditQuery All = new(TenantId.Default);

    [Fact]
    public async Task An_entry_comes_back_as_it_was_appended()
    {
        var plain = An("job.pause");
        var full = An("key.create") with { Reason = "Zoë said \"so\"", Detail = JsonText.Parse("""{"from":"10.0.0.1"}""") };
        await Store.Audit.AppendAsync(plain, Cancelled);
        await Store.Audit.AppendAsync(full, Cancelled);

        var found = await Store.Audit.ListAsync(All, Cancelled);

        Assert.Equal(2, found.Count);
        Assert.True(found[0].Id > found[1].Id);
        Same(full with { Id = found[0].Id }, found[0]);
        Same(plain with { Id = found[1].Id }, found[1]);
    }

    [Fact]
    public async Task The_log_is_filtered_and_paged()
    {
        foreach (var entry in new[]
        {
            An("job.pause", actor: "ann"), An("job.resume", minute: 1), An("job.pause", target: "other", minute: 2),
            An("run.cancel", kind: "run", minute: 3), An("jobless", minute: 4),
            An("job.pause", minute: 5) with { Tenant = TenantId.Parse("acme") },
        })
        {
            await Store.Audit.AppendAsync(entry, Cancelled);
        }

        await Lists(All, "jobless", "run.cancel", "job.pause", "job.resume", "job.pause");
        await Lists(All with { TargetKind = "job", TargetName = "nightly" }, "jobless", "job.resume", "job.pause");
        await Lists(All with { Actor = "ann" }, "job.pause");
        await Lists(All with { Action = "job.pause" }, "job.pause", "job.pause");
        await Lists(All with { Action = "job." }, "job.pause", "job.resume", "job.pause");
        await Lists(All with { Since = Noon.AddMinutes(1), Until = Noon.AddMinutes(3) }, "job.pause", "job.resume");
        await Lists(new AuditQuery(TenantId.Parse("acme")), "job.pause");
        await Lists(new AuditQuery(TenantId.Parse("beta")));

        var page = await Lists(All with { Limit = 2 }, "jobless", "run.cancel");
        await Lists(All with { Before = page[^1].Id, Limit = 2 }, "job.pause", "job.resume");
    }

    [Fact]
    public async Task The_oldest_entries_go_first()
    {
        for (var minute = 0; minute < 5; minute++)
        {
            await Store.Audit.AppendAsync(An($"job.m{minute}", minute: minute), Cancelled);
        }

        Assert.Equal(2, await Store.Audit.PruneAsync(Noon.AddMinutes(3), 2, Cancelled));
        Assert.Equal(1, await Store.Audit.PruneAsync(Noon.AddMinutes(3), 2, Cancelled));
        await Lists(All, "job.m4", "job.m3");
    }

    private static AuditEntry An(string action, string actor = "test", string kind = "job", string target = "nightly", int minute = 0) => new()
    {
        At = Noon.AddMinutes(minute),
        Tenant = TenantId.Default,
        Actor = actor,
        Action = action,
        TargetKind = kind,
        TargetName = target,
    };

    private async Task<IReadOnlyList<AuditEntry>> Lists(AuditQuery query, params string[] actions)
    {
        var found = await Store.Audit.ListAsync(query, Cancelled);
        Assert.Equal(actions, found.Select(entry => entry.Action));
        return found;
    }
}
