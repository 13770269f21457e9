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

    /// <summary>Lists runs until the page is full, everything was looked at, or patience is over.</summary>
    /// <param name="reader">Where they are.</param>
    /// <param name="query">Which; without <see cref="RunQuery.Offset"/>.</param>
    /// <param name="patience">After how long no further piece is begun. One piece at least is looked at.</param>
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
            return new RunScanPage(await reader.ListAsync(query, cancellationToken), null);
        }

        var runs = new List<Run>();
        var (before, left, size) = (query.Before, query.MaxText, FirstPiece);
        var begun = clock.GetTimestamp();
        while (true)
        {
            var pieceBegun = clock.GetTimestamp();
            var from = await reader.FindBackAsync(query.Tenant, within, before, size, cancellationToken);
            var piece = query with { Filter = From(from, query.Filter), Before = before, Limit = query.Limit - runs.Count, MaxText = left };
            var found = await reader.ListAsync(piece, cancellationToken);
            runs.AddRange(found);
            left -= found.Sum(RunQuery.TextOf);
            if (from is null || runs.Count >= query.Limit || left <= 0)
            {
                return new RunScanPage(runs, null);
            }

            before = from;
            var rest = patience - clock.GetElapsedTime(begun);
            if (rest <= TimeSpan.Zero)
            {
                return new RunScanPage(runs, from);
            }

            size = NextSize(size, clock.GetElapsedTime(pieceBegun), rest);
        }
    }

    /// <summary>Tells whether indexes find what matches, and if not, which part of the filter they serve: pieces of the history are taken of what matches that.</summary>
    internal static (bool IsServed, Filter? Within) Reach(Filter? filter)
    {
        var conditions = Conditions(filter);
        if (conditions.Exists(IsNarrow) || !FilterStates.Of(filter).Any(static state => state.IsFinal()))
        {
            return (true, null);
        }

        var indexed = conditions.FindAll(IsIndexed);
        var isServed = indexed.Count == conditions.Count;
        return (isServed, isServed || indexed.Count == 0 ? null : new FilterGroup(All: true, indexed));
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

    // Some runs, or those since an instant.
    private static bool IsNarrow(Filter filter) => filter switch
    {
        FilterGroup { All: false, Conditions.Count: > 0 } group => group.Conditions.All(static one => Conditions(one).Exists(IsNarrow)),
        FilterCondition { Field: "id", Operator: FilterOperator.Equal or FilterOperator.In } => true,
        FilterCondition
        {
            Field: "enqueued_at" or "started_at" or "ended_at",
            Operator: FilterOperator.Equal or FilterOperator.Greater or FilterOperator.GreaterOrEqual,
        } => true,
        _ => false,
    };

    // Those of a job, or those that did not do their work, of which there are few.
    private static bool IsIndexed(Filter filter) =>
        filter is FilterCondition { Field: "job", Operator: FilterOperator.Equal }
        || (IsAboutStates(filter) && FilterStates.Of(filter).All(static state => state.IsFailure() || state == RunState.Cancelled));

    private static bool IsAboutStates(Filter filter) =>
        filter is FilterCondition { Field: "state" } || (filter is FilterGroup group && group.Conditions.All(IsAboutStates));
}

/// <summary>What a search has found so far.</summary>
/// <param name="Runs">The runs, newest first.</param>
/// <param name="LookedTo">The id down to which it looked, where to go on before; null if everything was looked at, or the page is full.</param>
public sealed record RunScanPage(IReadOnlyList<Run> Runs, RunId? LookedTo);
