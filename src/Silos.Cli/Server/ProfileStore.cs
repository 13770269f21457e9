using System.Text.Json;

namespace Silos.Cli.Server;

/// <summary>The user's profiles, in a file that only they can read.</summary>
internal sealed class ProfileStore
{
    /// <summary>The profile when nobody says otherwise.</summary>
    public const string DefaultName = "default";

    private readonly string _path;

    private ProfileStore(string path) => _path = path;

    /// <summary>Gets where the file is.</summary>
    public string Path => _path;

    /// <summary>Gets the user's profiles.</summary>
    public static ProfileStore Of(CliHost host) => new(System.IO.Path.Combine(host.Settings, "profiles.json"));

    /// <summary>Finds a profile, or the one logged in last; null if there is none.</summary>
    /// <exception cref="CliException">The one that is named is not there, or the file cannot be read.</exception>
    public Profile? Find(string? name)
    {
        var file = Read();
        if ((name ?? file.Current) is not { } wanted)
        {
            return null;
        }

        return file.Profiles.TryGetValue(wanted, out var profile) ? profile
            : name is null ? null
            : throw CliException.Usage($"there is no profile '{FieldProblem.Shorten(name)}'; 'silos login URL --profile {name}' makes it");
    }

    /// <summary>Writes a profile and makes it the current one.</summary>
    public void Save(string name, Profile profile)
    {
        var file = Read();
        var profiles = new Dictionary<string, Profile>(file.Profiles, StringComparer.Ordinal) { [name] = profile };
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);

        // Made with its mode, so that there is no moment in which somebody else could open it; then put in place at once.
        var draft = $"{_path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(stream, new ProfileFile(name, profiles), ProfileJson.Default.ProfileFile);
        }

        File.Move(draft, _path, overwrite: true);
    }

    private ProfileFile Read()
    {
        try
        {
            using var stream = File.OpenRead(_path);
            return JsonSerializer.Deserialize(stream, ProfileJson.Default.ProfileFile) is { Profiles: not null } file ? file : Nothing;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Nothing;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"the profiles in {_path} cannot be read ({exception.Message.TrimEnd('.')}); mend or delete the file and run 'silos login'");
        }
    }

    private static ProfileFile Nothing { get; } = new(null, new Dictionary<string, Profile>());
}
