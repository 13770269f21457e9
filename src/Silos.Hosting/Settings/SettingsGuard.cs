using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>Refuses keys under <c>Silos</c> that mean nothing: a misspelt setting that is ignored is found out too late.</summary>
internal static class SettingsGuard
{
    /// <summary>Finds what is not known.</summary>
    public static IReadOnlyList<string> Check(IConfiguration configuration, IEnumerable<SettingsSection> sections)
    {
        var known = new Dictionary<string, HashSet<string>?>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in sections)
        {
            Learn(known, section.Path, section.Type);
        }

        var problems = new List<string>();
        Check(configuration, configuration.GetSection(HostSettings.Section), known, problems);
        return problems;
    }

    // null: anything may follow.
    private static void Learn(Dictionary<string, HashSet<string>?> known, string path, Type type)
    {
        Introduce(known, path);
        foreach (var property in SettingsBinder.Properties(type))
        {
            var own = $"{path}:{property.Name}";
            known[path]!.Add(property.Name);
            if (SettingsBinder.IsTextMap(property.PropertyType) || SettingsBinder.IsTexts(property.PropertyType)
                || SettingValue.IsScalar(property.PropertyType))
            {
                known[own] = null;
            }
            else if (SettingsBinder.IsNested(property.PropertyType))
            {
                Learn(known, own, property.PropertyType);
            }
        }
    }

    // A section inside a section is a key of the outer one.
    private static void Introduce(Dictionary<string, HashSet<string>?> known, string path)
    {
        known.TryAdd(path, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        var end = path.LastIndexOf(':');
        if (end > 0)
        {
            Introduce(known, path[..end]);
            known[path[..end]]?.Add(path[(end + 1)..]);
        }
    }

    private static void Check(
        IConfiguration configuration,
        IConfigurationSection section,
        Dictionary<string, HashSet<string>?> known,
        List<string> problems)
    {
        if (!known.TryGetValue(section.Path, out var keys) || keys is null)
        {
            return;
        }

        foreach (var child in section.GetChildren())
        {
            if (keys.Contains(child.Key))
            {
                Check(configuration, child, known, problems);
                continue;
            }

            var hint = SettingValue.Nearest(child.Key, keys) is { } near ? $"did you mean {section.Path}:{near}?"
                : $"known are {string.Join(", ", keys.Order(StringComparer.OrdinalIgnoreCase))}.";
            problems.Add($"{child.Path}{SettingsOrigin.Suffix(configuration, child.Path)} is not a setting; {hint}");
        }
    }
}
