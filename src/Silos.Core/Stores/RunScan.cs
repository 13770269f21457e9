using Silos.Runs;

namespace Silos.Stores;

/// <summary>
/// Lists the runs that a search finds, newest first, a piece of the history at a time where no index serves the search: whoever asks waits as long as they
/// like to, and goes on from there.
/// </summary>
public static class RunScan
{
    private const int FirstPiece = 2_000;
    private const int LeastPiece = 1_000;
    private const int MostPiece = 200_000;
    private const int Growth = 4;

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Lists runs until the page is full, everything was looked at, or patience is over.</summary>
    /// <param name="reader">Where they are.</param>
    /// <param name="query">Which; without <see cref="RunQuery.Offset"/>.</param>
    /// <param name="patience">After how long no further piece is begun. One piece at least is looked at, however long it takes.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RunScanPage> ListAsync(
        IRunReader reader, RunQuery query, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Offset, 0);
        var (isServed, within) = Reach(query.Filter);
        if (isServed)
        {
            // An index that finds too much is no help: then in pieces, too.
            var limit = patience > AtOnce ? patience : AtOnce;
            var (done, served) = await TryAsync(cancelled => reader.ListAsync(query, cancelled).AsTask(), limit, clock, cancellationToken);
            if (done)
            {
                return new RunScanPage(served!, null);
            }
        }

        var runs = new List<Run>();
        var (before, left, size) = (query.Before, query.MaxText, FirstPiece);
        var (begun, rest) = (clock.GetTimestamp(), Timeout.InfiniteTimeSpan);
        while (true)
        {
            var pieceBegun = clock.GetTimestamp();
            var piece = query with { Before = before, Limit = query.Limit - runs.Count, MaxText = left };
            var (done, found) = await TryAsync(cancelled => LookAsync(reader, piece, within, size, cancelled), rest, clock, cancellationToken);
            if (!done)
            {
                return new RunScanPage(runs, before);
            }

            runs.AddRange(found.Runs);
            left -= found.Runs.Sum(RunQuery.TextOf);
            if (found.From is null || runs.Count >= query.Limit || left <= 0)
            {
                return new RunScanPage(runs, null);
            }

            before = found.From;
            var now = patience - clock.GetElapsedTime(begun);
            if (now <= TimeSpan.Zero)
            {
                return new RunScanPage(runs, before);
            }

            size = NextSize(size, clock.GetElapsedTime(pieceBegun), now);
            rest = now + Grace;
        }
    }

    /// <summary>Tells whether indexes find what matches at once, and which part of the filter they serve: pieces of the history are taken of what matches that.</summary>
    internal static (bool IsServed, Filter? Within) Reach(Filter? filter)
    {
        var conditions = Conditions(filter);
        var indexed = conditions.FindAll(IsIndexed);
        var isServed = indexed.Count == conditions.Count
            || !FilterStates.Of(filter).Any(static state => state.IsFinal())
            || Needs(filter!, static one => one is { Field: "id", Operator: FilterOperator.Equal or FilterOperator.In })
            || FilterBounds.EndedSince(filter) is not null;
        return (isServed, indexed.Count > 0 ? new FilterGroup(All: true, indexed) : null);
    }

    /// <summary>Tells whether a filter asks for nothing but what an index has in it: states that are ends without success, jobs and ids.</summary>
    /// <param name="filter">The filter; null for everything.</param>
    public static bool IsAboutFailures(Filter? filter)
    {
        var conditions = Conditions(filter);
        return conditions.Exists(static one => IsAboutStates(one) && IsIndexed(one))
            && conditions.TrueForAll(static one => IsIndexed(one) || one is FilterCondition { Field: "id" });
    }

    /// <summary>Looks at a piece: where it begins, and what is in it.</summary>
    private static async Task<(RunId? From, IReadOnlyList<Run> Runs)> LookAsync(
        IRunReader reader, RunQuery piece, Filter? within, int size, CancellationToken cancellationToken)
    {
        var from = await reader.FindBackAsync(piece.Tenant, within, piece.Before, size, cancellationToken);
        return (from, await reader.ListAsync(piece with { Filter = From(from, piece.Filter) }, cancellationToken));
    }

    private static async Task<(bool Done, T? Value)> TryAsync<T>(
        Func<CancellationToken, Task<T>> look, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return (true, await look(either.Token));
        }
        catch (Exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (false, default);
        }
    }

    /// <summary>As many as will be through when patience is over; never many more than the last time.</summary>
    private static int NextSize(int size, TimeSpan took, TimeSpan rest)
    {
        var fits = took > TimeSpan.Zero ? size * (rest / took) : double.MaxValue;
        return (int)Math.Clamp(fits, LeastPiece, Math.Min(MostPiece, (long)size * Growth));
    }

    private static Filter? From(RunId? from, Filter? filter) => from is not { } first ? filter : new FilterGroup(
        All: true,
        [new FilterCondition("id", FilterOperator.GreaterOrEqual, [first]), filter ?? new FilterGroup(All: true, [])]);

    /// <summary>What has to hold at once.</summary>
    private static List<Filter> Conditions(Filter? filter) => filter switch
    {
        null => [],
        FilterGroup { All: true } or FilterGroup { Conditions.Count: 1 } => [.. ((FilterGroup)filter).Conditions.SelectMany(Conditions)],
        _ => [filter],
    };

    // Those of some jobs, or those that did not do their work, of which there are few.
    private static bool IsIndexed(Filter filter) =>
        filter is FilterCondition { Field: "job", Operator: FilterOperator.Equal or FilterOperator.In }
        || (IsAboutStates(filter) && FilterStates.Of(filter).All(static state => state.IsFailure() || state == RunState.Cancelled));

    private static bool IsAboutStates(Filter filter) =>
        filter is FilterCondition { Field: "state" } || (filter is FilterGroup group && group.Conditions.All(IsAboutStates));

    /// <summary>Tells whether nothing matches for which none of the conditions of a kind holds.</summary>
    private static bool Needs(Filter filter, Func<FilterCondition, bool> kind) => filter switch
    {
        FilterCondition condition => kind(condition),
        FilterGroup { All: true } group => group.Conditions.Any(one => Needs(one, kind)),
        FilterGroup { Conditions.Count: > 0 } group => group.Conditions.All(one => Needs(one, kind)),
        _ => false,
    };
}

/// <summary>What a search has found so far.</summary>
/// <param name="Runs">The runs, newest first.</param>
/// <param name="LookedTo">The id down to which it looked, where to go on before; null if everything was looked at, or the page is full.</param>
public sealed record RunScanPage(IReadOnlyList<Run> Runs, RunId? LookedTo);
