using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Runs;
using Silos.Runs;

namespace Silos.Cli.Runs;

/// <summary><c>silos enqueue</c>.</summary>
internal sealed class EnqueueCommand : CliCommand
{
    private readonly Argument<string> _handler;
    private readonly Option<string?> _payload;
    private readonly Option<string?> _queue;
    private readonly Option<int?> _priority;
    private readonly Option<string?> _delay;
    private readonly Option<string?> _at;
    private readonly Option<int?> _attempts;
    private readonly Option<string?> _limit;
    private readonly Option<string?> _key;
    private readonly Option<string?> _name;
    private readonly Option<string[]> _tags;
    private readonly Option<string?> _id;
    private readonly WaitInputs _wait;

    public EnqueueCommand(CliParts cli)
        : base(
            "enqueue",
            "Asks for one run of a handler, which belongs to no job.",
            cli,
            "enqueue http --payload '{\"url\": \"https://example.com/hook\"}' --wait",
            "enqueue import --payload @import.json --delay 10m --key import-7")
    {
        _handler = Word("handler", "The key of the handler.");
        _payload = Value<string?>("--payload", "What it is given: JSON; @FILE reads a file, - standard input.", "JSON");
        _queue = Value<string?>("--queue", "The queue. Default: default.", "NAME");
        _priority = Value<int?>("--priority", "-1000 to 1000; higher goes first.", "N");
        _delay = Value<string?>("--delay", "How long to wait before it may start.", "DURATION");
        _at = Value<string?>("--at", "From which instant it may start.", "INSTANT");
        _attempts = Value<int?>("--attempts", "The attempts in all. Default: the handler's.", "N");
        _limit = Value<string?>("--attempt-timeout", "How long an attempt may take; none for no limit. Default: the handler's.", "DURATION");
        _key = Value<string?>("--key", "An idempotency key: within a day, the same key is the same run.", "KEY");
        _name = Value<string?>("--name", "A name for people.", "TEXT");
        _tags = Value<string[]>("--tag", "A word to find it by; may be given several times.", "TAG");
        _id = Value<string?>("--id", "The id of the run, a UUID; the same id never enqueues twice.", "UUID");
        _wait = WaitInputs.AddTo(this);
    }

    /// <inheritdoc/>
    public override bool MayRepeat(ParseResult parsed) => parsed.GetValue(_id) is not null || parsed.GetValue(_key) is not null;

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        _wait.Check(call);
        var handler = call.Get(_handler);
        var request = new EnqueueRequest
        {
            Handler = handler,
            Payload = await Inputs.JsonAsync(call, call.Get(_payload), "--payload", cancellationToken),
            Queue = call.Get(_queue),
            Priority = call.Get(_priority),
            Delay = call.Get(_delay),
            RunAt = Inputs.Instant(call.Get(_at), "--at"),
            MaxAttempts = call.Get(_attempts),
            Timeout = call.Get(_limit),
            IdempotencyKey = call.Get(_key),
            Name = call.Get(_name),
            Tags = call.Get(_tags) is { Length: > 0 } tags ? tags : null,
            Id = call.Get(_id) ?? NewRun.Id(call).ToString(),
        };
        var answer = request.IdempotencyKey is not null
            ? await call.Client.EnqueueAsync(request, cancellationToken)
            : await NewRun.AskAsync(call, request.Id, $"with --id {request.Id} it is safe to try again", () => call.Client.EnqueueAsync(request, cancellationToken));
        var run = RunId.Parse(answer.Id);
        return await _wait.EndAsync(call, run, new Done("enqueued", handler, answer.Outcome), cancellationToken);
    }
}
