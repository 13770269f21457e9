namespace Silos.Testing;

/// <summary>Something a handler under test waits at until the test opens it, so that a test can look at a run half-way without any sleep.</summary>
public sealed class TestGate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets everybody pass, now and later.</summary>
    public void Open() => _open.TrySetResult();

    /// <summary>Waits until the test opens the gate. To be called by the handler.</summary>
    /// <param name="cancellationToken">The handler's token.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled or timed out while it waited.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var attempt = KitAttempts.Current;
        attempt?.BeginWait();
        try
        {
            await _open.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            attempt?.EndWait();
        }
    }
}
