using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Changes settings: reads, decides, writes, and decides anew when somebody else was faster.</summary>
internal static class SettingWrites
{
    private const int Tries = 20;

    /// <summary>Changes one setting.</summary>
    /// <param name="settings">Where.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="key">The key.</param>
    /// <param name="change">From the stored value (JSON null if there is none) to the new one; null leaves it as it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConflictException">Others were faster every time.</exception>
    public static async Task ChangeAsync(
        this ISettingStore settings, string kind, string key, Func<JsonText, JsonText?> change, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var stored = await settings.FindAsync(kind, key, cancellationToken);
            if (change(stored?.Value ?? default) is not { } value
                || await settings.TrySaveAsync(new Setting(kind, key, value, stored?.Version ?? 0), cancellationToken) is not null)
            {
                return;
            }
        }

        throw new ConflictException($"The setting {kind} '{key}' is being changed by others all the time; try again.");
    }
}
