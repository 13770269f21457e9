using System.Collections.Concurrent;

namespace Silos.Sqlite.Storage;

/// <summary>The one writer: a thread of its own that takes whatever waits, writes it in one transaction, and tells the callers.</summary>
/// <remarks>
/// SQLite is synchronous and has one writer at a time anyway. A commit flushes the disk, which costs far more than the work, so
/// everything that gathered during the previous flush shares the next one. Each caller's work stands behind a savepoint: if it
/// fails, only it is taken back. Nobody is told of success before the commit has returned.
/// </remarks>
internal sealed class Writer : IDisposable
{
    private const int LargestBatch = 256;
    private readonly Connection _connection;
    private readonly BlockingCollection<Work> _waiting = new(new ConcurrentQueue<Work>());
    private readonly Thread _thread;

    public Writer(Connection connection)
    {
        _connection = connection;
        _thread = new Thread(Run) { IsBackground = true, Name = "silos-sqlite-writer" };
        _thread.Start();
    }

    /// <summary>Executes work in a transaction; the task ends when it is durable.</summary>
    /// <remarks>Cancellation counts until the work begins; from then on the answer tells what happened.</remarks>
    public Task<T> WriteAsync<T>(Func<Connection, T> work, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work, cancellationToken);
        try
        {
            _waiting.Add(item, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<T>(new ObjectDisposedException(nameof(SqliteStore), "The store is closed."));
        }

        return item.Task;
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread.Join();
        _waiting.Dispose();
        _connection.Dispose();
    }

    private void Run()
    {
        var batch = new List<Work>();
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < LargestBatch && _waiting.TryTake(out var next))
            {
                batch.Add(next);
            }

            batch.RemoveAll(work => work.TryCancel());
            if (batch.Count > 0)
            {
                Write(batch);
            }

            batch.Clear();
        }
    }

    private void Write(List<Work> batch)
    {
        try
        {
            _connection.Execute(SqlText.Schema.Begin);
            foreach (var work in batch)
            {
                Write(work, alone: batch.Count == 1);
            }

            _connection.Execute(SqlText.Schema.Commit);
        }
        catch (Exception exception)
        {
            RollBack();
            batch.ForEach(work => work.Fail(exception));
            return;
        }

        batch.ForEach(work => work.Complete());
    }

    private void Write(Work work, bool alone)
    {
        if (alone)
        {
            work.Execute(_connection);
            return;
        }

        _connection.Execute(SqlText.Schema.Savepoint);
        try
        {
            work.Execute(_connection);
        }
        catch (Exception exception) when (_connection.InTransaction)
        {
            // Only this caller's work is undone. Where SQLite has ended the whole transaction, everybody's is.
            _connection.Execute(SqlText.Schema.RollbackTo);
            work.Fail(exception);
        }

        _connection.Execute(SqlText.Schema.Release);
    }

    private void RollBack()
    {
        if (!_connection.InTransaction)
        {
            return;
        }

        try
        {
            _connection.Execute(SqlText.Schema.Rollback);
        }
        catch (Microsoft.Data.Sqlite.SqliteException) when (!_connection.InTransaction)
        {
            // The failure that led here has ended the transaction already, which is what was wanted.
        }
    }

    private abstract class Work
    {
        public abstract bool TryCancel();

        public abstract void Execute(Connection connection);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<Connection, T> work, CancellationToken cancellationToken) : Work
    {
        // The writer must not run its callers' continuations.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _done.Task;

        public override bool TryCancel() => cancellationToken.IsCancellationRequested && _done.TrySetCanceled(cancellationToken);

        public override void Execute(Connection connection) => _result = work(connection);

        public override void Complete() => _done.TrySetResult(_result!);

        public override void Fail(Exception exception) => _done.TrySetException(exception);
    }
}
