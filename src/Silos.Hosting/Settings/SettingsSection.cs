namespace Silos.Hosting;

/// <summary>A section of the configuration that is read into a type.</summary>
/// <param name="Path">The section, such as <c>Silos:Web</c>.</param>
/// <param name="Type">The type whose properties are its keys.</param>
internal sealed record SettingsSection(string Path, Type Type);
