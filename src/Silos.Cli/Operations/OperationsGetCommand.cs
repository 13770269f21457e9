using System.CommandLine;
using Silos.Client.Json;

namespace Silos.Cli.Operations;

/// <summary><c>silos operations get</c>.</summary>
internal sealed class OperationsGetCommand : CliCommand
{
    private readonly Argument<string> _id;
    private readonly OperationWait _wait;

    public OperationsGetCommand(CliParts cli)
        : base(
            "get",
            "Shows how far an operation is.",
            cli,
            "operations get 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01",
            "operations get 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01 --wait --timeout 10m")
    {
        _id = Word("id", "The operation.");
        _wait = OperationWait.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        _wait.Check(call);
        var operation = await call.Client.GetOperationAsync(call.Get(_id), cancellationToken);
        if (_wait.IsGiven(call))
        {
            return await _wait.EndAsync(call, operation, cancellationToken);
        }

        call.Out.Show(operation, ClientJson.Default.OperationResponse, text => OperationText.Write(text, operation));
        return CliExit.Ok;
    }
}
