using System.CommandLine;
using System.Globalization;
using Silos.Client.Json;
using Silos.Client.Queues;

namespace Silos.Cli.Queues;

/// <summary><c>silos queues limits</c>: shows limits, or changes those that are given and keeps the others.</summary>
internal sealed class QueuesLimitsCommand : CliCommand
{
    private const string Nothing = "none";

    private readonly Argument<string> _name;
    private readonly Option<string?> _concurrency;
    private readonly Option<string?> _rate;
    private readonly Option<string?> _interval;
    private readonly Option<string?> _burst;
    private readonly Option<string?> _weight;

    public QueuesLimitsCommand(CliParts cli)
        : base("limits", "Shows a queue's limits, or sets those that are given.", cli, "queues limits mail", "queues limits mail --max-concurrency 4 --rate 100 --interval 1m", "queues limits mail --rate none")
    {
        _name = Word("name", "The queue.");
        _concurrency = Value<string?>("--max-concurrency", "How many of its runs may execute at once; none for no limit.", "N");
        _rate = Value<string?>("--rate", "How many starts are allowed per interval on average; none for no limit.", "N");
        _interval = Value<string?>("--interval", "The interval of the rate. Default: 1s.", "DURATION");
        _burst = Value<string?>("--burst", "How many starts may come at once before the rate bites; none for as many as the rate.", "N");
        _weight = Value<string?>("--weight", "Its share of slots when queues compete, 1 to 1000; none for 1.", "N");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var name = call.Get(_name);
        var limits = (await call.Client.ListQueuesAsync(cancellationToken)).Items.FirstOrDefault(queue => queue.Name == name)?.Limits ?? new QueueLimitsDocument();
        if (new Option[] { _concurrency, _rate, _interval, _burst, _weight }.Any(call.Has))
        {
            limits = limits with
            {
                MaxConcurrency = Number(call, _concurrency, limits.MaxConcurrency),
                Rate = Number(call, _rate, limits.Rate),
                RateInterval = call.Get(_interval) ?? limits.RateInterval,
                Burst = Number(call, _burst, limits.Burst),
                Weight = Number(call, _weight, limits.Weight),
            };
            if (limits.Rate is null)
            {
                // They mean something to a rate only.
                limits = limits with { RateInterval = null, Burst = null };
            }

            await call.Client.SetQueueLimitsAsync(name, limits, cancellationToken);
        }

        call.Out.Show(limits, ClientJson.Default.QueueLimitsDocument, text => text.Line($"{name}: {(QueuesListCommand.LimitsOf(limits) is "-" ? "no limits" : QueuesListCommand.LimitsOf(limits))}"));
        return CliExit.Ok;
    }

    private static int? Number(CliCall call, Option<string?> option, int? before)
    {
        if (!call.Has(option) || call.Get(option) is not { } text)
        {
            return before;
        }

        return text == Nothing ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw CliException.Usage($"{option.Name} '{FieldProblem.Shorten(text)}' must be a whole number, or none");
    }
}
