using System.Globalization;
using System.Text;

namespace Silos.Hosting;

/// <summary>Writes the small table that the example report totals.</summary>
internal static class ExampleData
{
    private static readonly string[] Regions = ["north", "south", "east", "west"];

    /// <summary>Writes the table unless it is there.</summary>
    /// <param name="workingDirectory">The directory below which it is put.</param>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    public static void Write(string workingDirectory)
    {
        var directory = Directory.CreateDirectory(Path.Combine(workingDirectory, ExampleJobs.Directory));
        var file = Path.Combine(directory.FullName, "sales.csv");
        if (File.Exists(file))
        {
            return;
        }

        var table = new StringBuilder("day,region,amount\n");
        for (var row = 0; row < 1_000; row++)
        {
            var day = new DateOnly(2026, 1, 1).AddDays(row / 4);
            table.Append(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd},{Regions[row % 4]},{(row * 37 % 5_000) + 0.5m}\n");
        }

        File.WriteAllText(file, table.ToString());
    }
}
