using Microsoft.AspNetCore.Http;
using Silos.Audit;
using Silos.Client.Json;
using Silos.Keys;
using Silos.Schedules;
using Silos.Stores;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;
using Silos.Web.Keys;
using Silos.Web.Queues;

namespace Silos.Web.Dashboard.Settings;

/// <summary>What the page about settings shows.</summary>
/// <param name="Named">The named schedules with their expressions in words.</param>
/// <param name="Calendars">The calendars by name.</param>
/// <param name="Functions">The functions that schedules may refer to.</param>
/// <param name="DefaultZone">The zone of schedules that name none.</param>
/// <param name="Keys">A page of the keys; null for whoever is no admin.</param>
internal sealed record SettingsPage(
    IReadOnlyList<NamedLine> Named, IReadOnlyList<Calendar> Calendars, IReadOnlyList<string> Functions, string DefaultZone, KeyList? Keys);

/// <summary>A page of keys: those that are good first, and of each the latest first.</summary>
/// <param name="Items">The keys.</param>
/// <param name="From">How many stand on the pages before.</param>
/// <param name="Next">How many stand on this page and those before, or null if this is the last.</param>
internal sealed record KeyList(IReadOnlyList<ApiKey> Items, int From, int? Next);

/// <summary>What the page about the audit log shows.</summary>
/// <param name="Entries">Who did what, latest first.</param>
/// <param name="Filter">The actor and action that were asked for.</param>
/// <param name="Next">Where the next page begins, or null if this is the last.</param>
/// <param name="First">Whether this is the first page.</param>
internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, (string? Actor, string? Action) Filter, long? Next, bool First);

/// <summary>A named schedule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expression">Its expression.</param>
/// <param name="Words">The expression in words, or what is wrong with it.</param>
internal sealed record NamedLine(string Name, string Expression, string Words);

/// <summary>The page about settings: what schedules refer to by name, and the switch for everything.</summary>
internal sealed class SettingsPages(ISilosClient client, ISilosStore store, KeyEndpoints keys, Surroundings surroundings)
{
    private const int LongestReason = 1_000;
    private const int MostKeys = 100;
    private const int AuditSize = 50;

    public void Map(PageRoutes pages)
    {
        pages.Page<SettingsView>("/settings", "SettingsPage", ReadAsync);
        pages.Page<AuditView>("/settings/audit", "AuditPage", ReadAuditAsync, Role.Admin);
        pages.Form("/settings/keys/{id}/revoke", "RevokeKeyForm", Role.Admin, "key.revoke", RevokeKeyAsync);
        pages.Form("/settings/pause", "PauseAllForm", Role.Operator, "tenant.pause", PauseAsync);
        pages.Form("/settings/resume", "ResumeAllForm", Role.Operator, "tenant.resume", ResumeAsync);
    }

    private async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var query = new QueryFields(context.Request.Query);
        var from = query.Number("keys", 0, 1_000_000, 0);
        query.Close();
        var world = surroundings.Schedules;
        return new SettingsPage(
            [.. world.NamedSchedules.OrderBy(named => named.Key, StringComparer.Ordinal).Select(named => Line(named.Key, named.Value, world))],
            [.. world.Calendars.Values.OrderBy(calendar => calendar.Name, StringComparer.Ordinal)],
            [.. world.Functions.Keys.Order(StringComparer.Ordinal)],
            world.DefaultTimeZone.Id,
            frame.May(Role.Admin) ? await ReadKeysAsync(frame.Caller, from, context.RequestAborted) : null);
    }

    private async Task<KeyList> ReadKeysAsync(Caller caller, int from, CancellationToken cancellationToken)
    {
        var found = await keys.VisibleAsync(caller, from, MostKeys + 1, cancellationToken);
        return new KeyList([.. found.Take(MostKeys)], from, found.Count > MostKeys ? from + MostKeys : null);
    }

    private static NamedLine Line(string name, string expression, ScheduleEnvironment world) =>
        CompiledSchedule.TryCompile(new ScheduleSpec { Expression = expression }, world, name, out var schedule, out var problem)
            ? new NamedLine(name, expression, schedule.Explanation)
            : new NamedLine(name, expression, problem.Message);

    private async Task<object> ReadAuditAsync(HttpContext context, Frame frame)
    {
        var query = new QueryFields(context.Request.Query);
        var actor = query.Text("actor") is { Length: > 0 } someone ? someone : null;
        var action = query.Text("action") is { Length: > 0 } something ? something : null;
        var before = query.Long("before");
        query.Close();
        var found = await store.Audit.ListAsync(
            new AuditQuery(frame.Caller.Tenant) { Actor = actor, Action = action, Before = before, Limit = AuditSize + 1 }, context.RequestAborted);
        var shown = found.Take(AuditSize).ToList();
        return new AuditPage(shown, (actor, action), found.Count > AuditSize ? shown[^1].Id : null, before is null);
    }

    private async Task<Done> RevokeKeyAsync(HttpContext context, Form form)
    {
        form.Close();
        var key = await keys.RevokeNamedAsync(context);
        return Done.Well($"The key '{key.Name}' is revoked, and so are the sessions opened with it.");
    }

    private async Task<Done> PauseAsync(HttpContext context, Form form)
    {
        var caller = Caller.Of(context);
        var reason = form.Text("reason", LongestReason);
        form.Close();
        await client.PauseAllAsync(caller.Tenant, caller.Name, reason, context.RequestAborted);
        return Done.Well($"Everything of tenant '{caller.Tenant}' is paused: nothing falls due and nothing starts.");
    }

    private async Task<Done> ResumeAsync(HttpContext context, Form form)
    {
        var caller = Caller.Of(context);
        var scope = PauseEndpoints.Scope.Tenant;
        if (form.Text("scope", 20) is { } text && !Words.TryParse(text, out scope))
        {
            form.Report("scope", text, $"must be one of {Words.List<PauseEndpoints.Scope>()}");
        }

        form.Close();
        PauseEndpoints.Note(context, caller, scope, null, "installation.resume");
        await client.ResumeAllAsync(PauseEndpoints.TenantOf(caller, scope), caller.Name, context.RequestAborted);
        return Done.Well($"{(scope == PauseEndpoints.Scope.All ? "Every tenant" : $"Tenant '{caller.Tenant}'")} goes on; the catch-up policies decide about the time it was paused.");
    }
}
