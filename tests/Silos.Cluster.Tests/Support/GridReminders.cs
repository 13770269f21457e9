using Microsoft.Extensions.DependencyInjection;

namespace Silos.Cluster.Tests.Support;

internal static class GridReminders
{
    /// <summary>Counts the reminders in the table.</summary>
    public static async Task<int> RemindersAsync(this Grid grid) =>
        (await grid.Silo(0).GetRequiredService<IReminderTable>().ReadRows(0, 0)).Reminders.Count;
}
