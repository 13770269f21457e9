using Silos.Runs;
using Silos.Stores;

namespace Silos.Web.Runs;

/// <summary>The words of the job log: a run without job goes by its handler, and there are three states.</summary>
internal sealed class JobLogVocabulary : FilterVocabulary
{
    private static readonly Dictionary<string, RunState[]> States = new(StringComparer.Ordinal)
    {
        ["running"] = [RunState.Running, RunState.Scheduled, RunState.Queued, RunState.Lost],
        ["completed"] = [RunState.Completed, RunState.Skipped],
        ["failed"] = [RunState.Failed, RunState.Dead, RunState.Cancelled],
    };

    public static JobLogVocabulary Instance { get; } = new();

    /// <summary>Gets what every record of the job log is: a run that was started.</summary>
    public static Filter Started { get; } = new FilterCondition("started_at", FilterOperator.NotEmpty, []);

    public override IReadOnlyDictionary<string, FilterKind> Fields { get; } = new Dictionary<string, FilterKind>(StringComparer.Ordinal)
    {
        ["job_name"] = FilterKind.Text,
        ["status"] = FilterKind.Text,
        ["started_at"] = FilterKind.Instant,
        ["ended_at"] = FilterKind.Instant,
        ["duration"] = FilterKind.Number,
        ["error"] = FilterKind.Text,
        ["id"] = FilterKind.Id,
    };

    /// <summary>Gets the word for a state.</summary>
    public static string StatusOf(RunState state) => States.First(pair => pair.Value.Contains(state)).Key;

    public override Filter Translate(FilterCondition condition, Action<string> report) => condition.Field switch
    {
        "job_name" => JobName(condition),
        "status" => Status(condition, report),

        // The log shows no error as empty text.
        "error" when condition is { Operator: FilterOperator.Equal, Values: [""] } => condition with { Operator = FilterOperator.Empty, Values = [] },
        "error" when condition is { Operator: FilterOperator.NotEqual, Values: [""] } => condition with { Operator = FilterOperator.NotEmpty, Values = [] },
        _ => condition,
    };

    private static FilterGroup JobName(FilterCondition condition) => new(All: false,
    [
        new FilterGroup(All: true, [new FilterCondition("job", FilterOperator.NotEmpty, []), condition with { Field = "job" }]),
        new FilterGroup(All: true, [new FilterCondition("job", FilterOperator.Empty, []), condition with { Field = "handler" }]),
    ]);

    private static FilterCondition Status(FilterCondition condition, Action<string> report)
    {
        if (condition.Operator is not (FilterOperator.Equal or FilterOperator.NotEqual or FilterOperator.In))
        {
            report("can be compared only with =, != and in");
            return condition;
        }

        var wanted = new List<object>();
        foreach (var word in condition.Values)
        {
            if (!States.TryGetValue((string)word, out var states))
            {
                report($"must be one of {string.Join(", ", States.Keys)}");
                return condition;
            }

            wanted.AddRange(states.Cast<object>());
        }

        if (condition.Operator == FilterOperator.NotEqual)
        {
            wanted = [.. States.Values.SelectMany(states => states).Cast<object>().Except(wanted)];
        }

        return new FilterCondition("state", FilterOperator.In, wanted);
    }
}
