using Microsoft.AspNetCore.Http;
using Silos.Keys;
using Silos.Schedules;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Settings;

/// <summary>What the page about settings shows.</summary>
/// <param name="Named">The named schedules with their expressions in words.</param>
/// <param name="Calendars">The calendars by name.</param>
/// <param name="Functions">The functions that schedules may refer to.</param>
/// <param name="DefaultZone">The zone of schedules that name none.</param>
internal sealed record SettingsPage(
    IReadOnlyList<NamedLine> Named, IReadOnlyList<Calendar> Calendars, IReadOnlyList<string> Functions, string DefaultZone);

/// <summary>A named schedule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expression">Its expression.</param>
/// <param name="Words">The expression in words, or what is wrong with it.</param>
internal sealed record NamedLine(string Name, string Expression, string Words);

/// <summary>The page about settings: what schedules refer to by name, and the switch for everything.</summary>
internal sealed class SettingsPages(ISilosClient client, Surroundings surroundings)
{
    private const int LongestReason = 1_000;

    public void Map(PageRoutes pages)
    {
        pages.Page<SettingsView>("/settings", "SettingsPage", (_, _) => Task.FromResult<object>(Read()));
        pages.Form("/settings/pause", "PauseAllForm", Role.Operator, "tenant.pause", PauseAsync);
        pages.Form("/settings/resume", "ResumeAllForm", Role.Operator, "tenant.resume", ResumeAsync);
    }

    private SettingsPage Read()
    {
        var world = surroundings.Schedules;
        return new SettingsPage(
            [.. world.NamedSchedules.OrderBy(named => named.Key, StringComparer.Ordinal).Select(named => Line(named.Key, named.Value, world))],
            [.. world.Calendars.Values.OrderBy(calendar => calendar.Name, StringComparer.Ordinal)],
            [.. world.Functions.Keys.Order(StringComparer.Ordinal)],
            world.DefaultTimeZone.Id);
    }

    private static NamedLine Line(string name, string expression, ScheduleEnvironment world) =>
        CompiledSchedule.TryCompile(new ScheduleSpec { Expression = expression }, world, name, out var schedule, out var problem)
            ? new NamedLine(name, expression, schedule.Explanation)
            : new NamedLine(name, expression, problem.Message);

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
        form.Close();
        await client.ResumeAllAsync(caller.Tenant, caller.Name, context.RequestAborted);
        return Done.Well($"Tenant '{caller.Tenant}' goes on; the catch-up policies decide about the time it was paused.");
    }
}
