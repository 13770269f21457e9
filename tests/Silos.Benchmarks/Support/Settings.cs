using System.Globalization;

namespace Silos.Benchmarks.Support;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    public required string Figure { get; init; }

    public string Store { get; init; } = "sqlite";

    public int? N { get; init; }

    public int Callers { get; init; } = 32;

    public bool History { get; init; } = true;

    public int Slots { get; init; } = 256;

    public int PayloadBytes { get; init; } = 64;

    public string? Connection { get; init; }

    public TimeSpan FlushDelay { get; init; }

    public static string Usage { get; } = """
        dotnet run -c Release --project tests/Silos.Benchmarks -- FIGURE [options]

        FIGURE     enqueue   enqueue one by one, each acknowledged after its commit     (--callers)
                   bulk      enqueue 1,000 a call                                       (--callers)
                   drain     run N waiting no-op runs to their recorded end
                   latency   enqueue → handler start on an idle system, 10 a second
                   storm     N jobs due at one instant: lateness of the starts
                   idle      N registered jobs, none due: start-up, CPU, queries, memory
                   http      enqueue over HTTP, one by one, keep-alive                  (--callers)
                   pages     every page of the dashboard over N finished runs in PostgreSQL
                   cron      parse and next, in nanoseconds; needs no store

        --store sqlite|postgres    default sqlite
        --n N                      how many; each figure has its default
        --callers C                how many ask at once; default 32
        --history on|off           keep finished runs, or delete them on success; default on
        --slots S                  worker slots; default 256
        --payload BYTES            bytes of JSON payload a run; default 64
        --connection STRING        a PostgreSQL database to use instead of a throw-away server
        --flush-delay 1ms          make every PostgreSQL commit wait that much more (an ordinary cloud disk)

        The last line printed is one JSON object.
        """;

    public static Settings? Parse(string[] args, TextWriter error)
    {
        if (args.Length == 0 || args[0] is "--help" or "-h")
        {
            error.WriteLine(Usage);
            return null;
        }

        var settings = new Settings { Figure = args[0] };
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            var next = value is null ? null : settings.With(args[i], value);
            if (next is null)
            {
                error.WriteLine($"'{args[i]} {value}' is not an option; see --help.");
                return null;
            }

            settings = next;
        }

        return settings;
    }

    private Settings? With(string option, string value)
    {
        var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return option switch
        {
            "--store" when value is "sqlite" or "postgres" => this with { Store = value },
            "--n" when isNumber && number > 0 => this with { N = number },
            "--callers" when isNumber && number > 0 => this with { Callers = number },
            "--history" when value is "on" or "off" => this with { History = value == "on" },
            "--slots" when isNumber && number > 0 => this with { Slots = number },
            "--payload" when isNumber => this with { PayloadBytes = number },
            "--connection" => this with { Connection = value },
            "--flush-delay" when Schedules.DurationText.TryParse(value, out var delay) => this with { FlushDelay = delay },
            _ => null,
        };
    }
}
