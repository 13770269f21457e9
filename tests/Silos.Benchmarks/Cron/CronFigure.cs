using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Silos.Schedules;

namespace Silos.Benchmarks.Cron;

/// <summary>The <c>cron</c> figure: what parsing and finding the next instant cost, in nanoseconds and bytes.</summary>
public static class CronFigure
{
    private const int Rounds = 5;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Expressions =
        ["*/15 * * * *", "30 1 * * *", "0 */15 9-17 ? * MON-FRI", "0 0 12 L * ?", "0 9 * * MON#2", "0 0 29 2 *"];

    private static readonly string[] Zones =
        ["UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"];

    /// <summary>Measures, prints what it finds, and last one line of JSON. The only argument: <c>--n N</c>, calls a round.</summary>
    /// <param name="args">The arguments after the figure's name.</param>
    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var n = 200_000;
        if (Array.IndexOf(args, "--n") is >= 0 and var at)
        {
            if (at + 1 >= args.Length || !int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out n) || n == 0)
            {
                Console.Error.WriteLine("--n: write the number of calls a round, 1 or more.");
                return 2;
            }
        }

        // The first measurement must not be the one that pays for compiling the code.
        foreach (var text in Expressions)
        {
            Next(text, TimeZoneInfo.Utc, n, backwards: false);
            Next(text, TimeZoneInfo.Utc, n, backwards: true);
        }

        var clock = Stopwatch.StartNew();
        var parse = Expressions.Max(text => Report($"parse     {text}", Parse(text, n), 2000));
        var utc = 0.0;
        var zoned = 0.0;
        var bytes = 0.0;
        foreach (var id in Zones)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
            foreach (var text in Expressions)
            {
                var next = Next(text, zone, n, backwards: false);
                var previous = Next(text, zone, n, backwards: true);
                var goal = id == "UTC" ? 200 : 1000;
                var slower = Math.Max(Report($"next      {text} in {id}", next, goal), Report($"previous  {text} in {id}", previous, goal));
                (utc, zoned) = id == "UTC" ? (Math.Max(utc, slower), zoned) : (utc, Math.Max(zoned, slower));
                bytes = Math.Max(bytes, Math.Max(next.Bytes, previous.Bytes));
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            figure = "cron",
            store = "none",
            n,
            callers = 1,
            seconds = Math.Round(clock.Elapsed.TotalSeconds, 3),
            rate = Math.Round(1e9 / zoned),
            parse_ns = Math.Round(parse, 1),
            next_utc_ns = Math.Round(utc, 1),
            next_zone_ns = Math.Round(zoned, 1),
            next_bytes = bytes,
        }));
        return 0;
    }

    private static Cost Parse(string text, int n) => Measure(n, count =>
    {
        for (var i = 0; i < count; i++)
        {
            CronExpression.Parse(text);
        }
    });

    private static Cost Next(string text, TimeZoneInfo zone, int n, bool backwards)
    {
        var expression = CronExpression.Parse(text);
        return Measure(n, count =>
        {
            var at = Start;
            for (var i = 0; i < count; i++)
            {
                var found = backwards ? expression.Previous(at, zone) : expression.Next(at, zone);

                // A few decades at a time: far enough to meet every kind of transition, near enough to stay in range.
                at = found is { } instant && Math.Abs(instant.Year - Start.Year) < 40 ? instant : Start;
            }
        });
    }

    /// <summary>Runs the loop once to warm up, then several times, and keeps the median.</summary>
    private static Cost Measure(int n, Action<int> loop)
    {
        loop(n);
        var costs = new Cost[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            loop(n);
            var elapsed = Stopwatch.GetElapsedTime(started);
            costs[round] = new Cost(elapsed.TotalNanoseconds / n, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / n);
        }

        Array.Sort(costs, (left, right) => left.Nanoseconds.CompareTo(right.Nanoseconds));
        return costs[Rounds / 2];
    }

    private static double Report(string what, Cost cost, double goal)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-60} {cost.Nanoseconds,9:0.0} ns {cost.Bytes,7:0.#} B  (goal {goal:0} ns{(cost.Nanoseconds > goal ? ", MISSED" : "")})"));
        return cost.Nanoseconds;
    }

    private readonly record struct Cost(double Nanoseconds, double Bytes);
}
