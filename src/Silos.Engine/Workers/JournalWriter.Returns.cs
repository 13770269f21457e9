using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Workers;

/// <summary>What could not be written comes back: lines are written later, whoever waits for a step is told.</summary>
internal sealed partial class JournalWriter
{
    private void PutBack(
        List<AttemptJournal> journals,
        List<(AttemptJournal Journal, JournalEntry Entry)> entries,
        List<(RunId Run, TaskCompletionSource<bool> Waiter)> waiters)
    {
        if (journals.Count > 0)
        {
            Return(journals, entries, waiters, new UnavailableException("The journal could not be written: the run's partition is being opened."));
        }
    }

    private void Failed(
        List<AttemptJournal> dirty,
        List<(AttemptJournal Journal, JournalEntry Entry)> entries,
        List<(RunId Run, TaskCompletionSource<bool> Waiter)> waiters,
        Exception exception,
        long mark)
    {
        if (StoreWatch.IsAway(exception))
        {
            _watch.Failed(mark, exception, "the journal");
        }
        else if (!_failing)
        {
            LogAway(exception, entries.Count);
        }

        _failing = true;
        Return(dirty, entries, waiters, new UnavailableException("The journal could not be written: the store is away.", exception));
    }

    private void Return(
        List<AttemptJournal> dirty,
        List<(AttemptJournal Journal, JournalEntry Entry)> entries,
        List<(RunId Run, TaskCompletionSource<bool> Waiter)> waiters,
        UnavailableException away)
    {
        foreach (var (journal, entry) in entries)
        {
            journal.Return(entry);
        }

        foreach (var journal in dirty)
        {
            // Only those that nobody waits for come back by themselves; their lines keep their numbers.
            if (journal.Fail(away) && !journal.Attempt.IsOver)
            {
                Announce(journal);
            }
        }

        foreach (var (_, waiter) in waiters)
        {
            waiter.TrySetException(away);
        }
    }
}
