namespace Silos.Handlers.Command;

/// <summary>Finds programs the way a shell does, and tells which may be run.</summary>
internal static class Executables
{
    public static bool IsBareName(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '\\', '\0');

    /// <summary>An allow-list names programs by absolute path, or by bare name; a path never satisfies a bare name.</summary>
    public static bool IsAllowed(IList<string> allowed, string command) =>
        allowed.Count == 0 || allowed.Contains(command)
        || (Find(command) is { } path && allowed.Contains(path));

    /// <summary>Returns the file to run, or null if there is none.</summary>
    public static string? Find(string command)
    {
        if (Path.IsPathFullyQualified(command))
        {
            var full = Path.GetFullPath(command);
            return IsExecutable(full) ? full : null;
        }

        var extensions = OperatingSystem.IsWindows() && !Path.HasExtension(command) ? new[] { ".exe", ".com" } : [string.Empty];
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(directory => extensions.Select(extension => Path.Combine(directory, command + extension)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Any = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Any) != 0);
    }
}
