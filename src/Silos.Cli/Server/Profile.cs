using System.Text.Json.Serialization;

namespace Silos.Cli.Server;

/// <summary>A server that somebody has logged in to.</summary>
/// <param name="Server">Its address.</param>
/// <param name="Key">The key; null where none is wanted.</param>
internal sealed record Profile(string Server, string? Key);

/// <summary>The file of profiles.</summary>
/// <param name="Current">The profile that was logged in last.</param>
/// <param name="Profiles">All of them, by name.</param>
internal sealed record ProfileFile(string? Current, IReadOnlyDictionary<string, Profile> Profiles);

/// <summary>How the file of profiles is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ProfileFile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
