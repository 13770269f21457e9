using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>
/// Reads a section of the configuration into an object: durations as people write them, records by copy, and every value
/// that does not fit told with where it came from. The framework's own binder reads <c>30</c> as thirty days and ignores
/// what it does not know.
/// </summary>
internal sealed class SettingsBinder(IConfiguration configuration)
{
    private readonly List<string> _problems = [];

    /// <summary>Gets what did not fit.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Fills <paramref name="target"/> from <paramref name="section"/>. Keys that it does not know are left to <see cref="SettingsGuard"/>.</summary>
    public void Bind(IConfigurationSection section, object target)
    {
        foreach (var property in Properties(target.GetType()))
        {
            Bind(section.GetSection(property.Name), target, property);
        }
    }

    /// <summary>Lists the properties of a type that are settings.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0
            && (property.SetMethod is { IsPublic: true }
                || IsTexts(property.PropertyType)
                || IsTextMap(property.PropertyType)
                || IsNested(property.PropertyType)));

    /// <summary>Tells whether a type is a list of texts.</summary>
    public static bool IsTexts(Type type) => type.IsAssignableFrom(typeof(List<string>)) && type != typeof(object)
        || typeof(ICollection<string>).IsAssignableFrom(type);

    /// <summary>Tells whether a type maps names to texts.</summary>
    public static bool IsTextMap(Type type) => typeof(IDictionary<string, string>).IsAssignableFrom(type);

    /// <summary>Tells whether a type has settings of its own.</summary>
    public static bool IsNested(Type type) => type.IsClass && type.Namespace?.StartsWith("Silos", StringComparison.Ordinal) == true;

    private void Bind(IConfigurationSection section, object target, PropertyInfo property)
    {
        if (!section.Exists())
        {
            return;
        }

        var type = property.PropertyType;
        if (SettingValue.IsScalar(type))
        {
            Scalar(section, target, property);
        }
        else if (IsTextMap(type))
        {
            var map = (IDictionary<string, string>)property.GetValue(target)!;
            foreach (var entry in section.GetChildren())
            {
                map[entry.Key] = entry.Value ?? string.Empty;
            }
        }
        else if (IsTexts(type))
        {
            Texts(section, target, property);
        }
        else if (IsNested(type))
        {
            Nested(section, target, property);
        }
    }

    private void Scalar(IConfigurationSection section, object target, PropertyInfo property)
    {
        // A list of words may be written as a JSON array.
        var text = section.Value ?? string.Join(',', section.GetChildren().Select(child => child.Value));
        if (text.Length == 0 && Nullable.GetUnderlyingType(property.PropertyType) is not null)
        {
            return;
        }

        if (SettingValue.TryRead(text, property.PropertyType, out var value, out var right))
        {
            property.SetValue(target, value);
            return;
        }

        _problems.Add(Problem(section.Path, text, right));
    }

    private string Problem(string key, string text, string right) =>
        $"{key} '{FieldProblem.Shorten(text)}'{SettingsOrigin.Suffix(configuration, key)} {right}.";

    private static void Texts(IConfigurationSection section, object target, PropertyInfo property)
    {
        List<string> texts = section.Value is { } line
            ? [.. line.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : [.. section.GetChildren().Select(child => child.Value ?? string.Empty)];
        if (property.SetMethod is { IsPublic: true })
        {
            property.SetValue(target, texts);
            return;
        }

        var list = (ICollection<string>)property.GetValue(target)!;
        list.Clear();
        foreach (var text in texts)
        {
            list.Add(text);
        }
    }

    private void Nested(IConfigurationSection section, object target, PropertyInfo property)
    {
        var current = property.GetValue(target)!;
        if (property.SetMethod is null)
        {
            Bind(section, current);
            return;
        }

        // A record may be shared (RetryPolicy.Default): change a copy.
        var copy = current.GetType().GetMethod("<Clone>$")?.Invoke(current, null) ?? current;
        Bind(section, copy);
        property.SetValue(target, copy);
    }
}
