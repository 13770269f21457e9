using System.Globalization;
using Npgsql;

namespace Silos.Cluster.Benchmarks.Support;

/// <summary>The processor time that a PostgreSQL server on this machine has used: of its first process, of those it started, and of those that ended.</summary>
internal sealed class ServerCpu
{
    private const int TicksPerSecond = 100;

    private readonly int _postmaster;

    private ServerCpu(int postmaster) => _postmaster = postmaster;

    public static async Task<ServerCpu> OfAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return new ServerCpu(int.Parse(Stat(connection.ProcessID)![1], CultureInfo.InvariantCulture));
    }

    public TimeSpan Read()
    {
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || Stat(id) is not { } stat)
            {
                continue;
            }

            if (id == _postmaster)
            {
                ticks += stat[11..15].Sum(text => long.Parse(text, CultureInfo.InvariantCulture));
            }
            else if (stat[1] == _postmaster.ToString(CultureInfo.InvariantCulture))
            {
                ticks += stat[11..13].Sum(text => long.Parse(text, CultureInfo.InvariantCulture));
            }
        }

        return TimeSpan.FromSeconds(ticks / (double)TicksPerSecond);
    }

    /// <summary>The fields of a process after its name: state, parent, …, user and system time, those of its ended children. Null if it is gone.</summary>
    private static string[]? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
