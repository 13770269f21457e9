namespace Silos.Testing;

/// <summary>
/// Something a handler under test waits at until the test opens it, so that a test can look at a run half-way without any
/// sleep. A gate that is never opened is a handler that hangs.
/// </summary>
public sealed class TestGate
{
    private readonly Lock _lock = new();
    private readonly HashSet<KitAttempt> _waiting = [];
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets everybody pass, now and later.</summary>
    public void Open()
    {
        // From here on they do not wait for the test any more, also before their code has gone on.
        lock (_lock)
        {
            foreach (var attempt in _waiting)
            {
                attempt.EndWait();
            }

            _waiting.Clear();
        }

        _open.TrySetResult();
    }

    /// <summary>Waits until the test opens the gate. To be called by the handler.</summary>
    /// <param name="cancellationToken">The handler's token.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled or timed out while it waited.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var attempt = KitAttempts.Current;
        Begin(attempt);
        try
        {
            await _open.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            End(attempt);
        }
    }

    private void Begin(KitAttempt? attempt)
    {
        lock (_lock)
        {
            if (attempt is not null && !_open.Task.IsCompleted && _waiting.Add(attempt))
            {
                attempt.BeginWait();
            }
        }
    }

    private void End(KitAttempt? attempt)
    {
        lock (_lock)
        {
            if (attempt is not null && _waiting.Remove(attempt))
            {
                attempt.EndWait();
            }
        }
    }
}
