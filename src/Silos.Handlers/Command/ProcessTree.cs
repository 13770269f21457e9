using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Silos.Handlers.Command;

/// <summary>Ends a program and everything it started.</summary>
/// <remarks>
/// The platform's kill walks from parents to children and so misses processes whose parent has ended. Every program is
/// therefore started with a variable of its own in its environment, which its descendants inherit; on Linux, whoever has it is killed.
/// </remarks>
internal static class ProcessTree
{
    public const string MarkerName = "SILOS_COMMAND_ID";

    private const int SigTerm = 15;
    private const int MaxPasses = 20;

    /// <summary>Asks the program to end (SIGTERM). Does nothing where there are no such signals.</summary>
    public static bool TryAsk(Process process)
    {
        if (!OperatingSystem.IsLinux() || process.HasExited)
        {
            return false;
        }

        return Kill(process.Id, SigTerm) == 0;
    }

    /// <summary>Kills the program and all its descendants; returns when none was found any more.</summary>
    public static void KillAll(Process process, string marker)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile, or a descendant has: what is left is found by its marker.
        }

        KillMarked(marker);
    }

    /// <summary>Kills every process that has the marker, until a look around finds none: one may fork while we look.</summary>
    public static void KillMarked(string marker)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var wanted = Encoding.ASCII.GetBytes($"{MarkerName}={marker}");
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var found = false;
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && HasMarker(directory, wanted))
                {
                    found |= TryKill(id);
                }
            }

            if (!found)
            {
                return;
            }
        }
    }

    private static bool HasMarker(string directory, byte[] marker)
    {
        try
        {
            return File.ReadAllBytes($"{directory}/environ").AsSpan().IndexOf(marker) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else.
            return false;
        }
    }

    private static bool TryKill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
