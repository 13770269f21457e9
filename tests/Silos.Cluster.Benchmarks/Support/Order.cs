using System.Globalization;
using Silos.Benchmarks.Support;

namespace Silos.Cluster.Benchmarks.Support;

/// <summary>What the command line asks for.</summary>
internal sealed record Order
{
    /// <summary>Every figure, with how many it takes as a rule, and how many with <c>--small</c>.</summary>
    private static readonly (string Figure, int N, int Small, int Callers)[] Known =
    [
        ("enqueue-1", 20_000, 200, 1),
        ("enqueue-32", 200_000, 2_000, 32),
        ("enqueue-1000", 300_000, 5_000, 1_000),
        ("bulk", 1_000_000, 20_000, 8),
        ("drain", 200_000, 2_000, 4),
        ("latency", 200, 20, 1),
        ("storm", 10_000, 200, 1),
        ("jobs", 100_000, 1_000, 64),
    ];

    private static readonly string[] OfFigures = ["--history", "--slots", "--payload", "--flush-delay"];

    public int Silos { get; private init; } = 3;

    public int Queues { get; private init; } = 1;

    public bool Small { get; private init; }

    public IReadOnlyList<string> Figures { get; private init; } = [.. Known.Select(known => known.Figure)];

    private int? N { get; init; }

    private IReadOnlyList<string> Rest { get; init; } = [];

    private static string Usage { get; } = $"""
        dotnet run -c Release --project tests/Silos.Cluster.Benchmarks -- [options]

        Starts silos as processes on a throw-away PostgreSQL, and calls them as a client app does, over the network stack.

        --silos N                  how many silos; default 3
        --figure NAME[,NAME …]     which figures; default all: {string.Join(' ', Known.Select(known => known.Figure))}
        --queues Q                 over how many queues runs are spread; a queue has one owner; default 1
        --n N                      how many; each figure has its default
        --small                    few of everything: tells whether the program works, and nothing else
        --history on|off           keep finished runs, or delete them on success; default on
        --slots S                  worker slots a silo; default 256
        --payload BYTES            bytes of JSON payload a run; default 64
        --flush-delay 1ms          make every PostgreSQL commit wait that much more (an ordinary cloud disk)

        The last line printed of each figure is one JSON object.
        """;

    public static Order? Parse(string[] args, TextWriter error)
    {
        var order = new Order();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--small")
            {
                order = order with { Small = true };
                continue;
            }

            var value = i + 1 < args.Length ? args[i + 1] : string.Empty;
            if (order.With(args[i], value) is not { } next)
            {
                error.WriteLine(args[i] is "--help" or "-h" ? Usage : $"'{args[i]} {value}' is not an option; see --help.");
                return null;
            }

            order = next;
            i++;
        }

        return order.Figures.All(figure => order.For(figure, error) is not null) ? order : null;
    }

    /// <summary>The settings of a figure, as the figures of one process have them.</summary>
    public Settings For(string figure) => For(figure, TextWriter.Null)!;

    private Settings? For(string figure, TextWriter error)
    {
        var (_, n, small, callers) = Array.Find(Known, known => known.Figure == figure);
        return Settings.Parse([figure, "--store", "postgres", .. Rest], error) is { } settings
            ? settings with { N = N ?? (Small ? small : n), Callers = callers }
            : null;
    }

    private Order? With(string option, string value)
    {
        var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
        return option switch
        {
            "--silos" when isNumber && number <= 9 => this with { Silos = number },
            "--queues" when isNumber => this with { Queues = number },
            "--n" when isNumber => this with { N = number },
            "--figure" when value.Split(',') is var named && named.All(name => Array.Exists(Known, known => known.Figure == name)) => this with { Figures = named },
            _ when OfFigures.Contains(option) => this with { Rest = [.. Rest, option, value] },
            _ => null,
        };
    }
}
