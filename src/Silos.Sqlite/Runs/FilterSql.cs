using System.Text;
using Silos.Runs;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Runs;

/// <summary>Composes a filter into SQL: the one place that builds SQL text.</summary>
/// <remarks>Names come from the list below and nowhere else; values are always parameters.</remarks>
internal sealed class FilterSql
{
    private const string Placeholder = "/*filter*/";
    private const string Among = "/*among*/";
    private const string ByEnd = "/*by_end*/";
    private const string NotById = "/*not_by_id*/";

    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal)
    {
        ["id"] = "run.id",
        ["job"] = "run.job",
        ["handler"] = "run.handler",
        ["queue"] = "run.queue",
        ["state"] = "run.state",
        ["priority"] = "run.priority",
        ["attempt"] = "run.attempt",
        ["duration"] = "(run.ended_at - run.started_at)",
        ["due_at"] = "run.due_at",
        ["enqueued_at"] = "run.enqueued_at",
        ["started_at"] = "run.started_at",
        ["ended_at"] = "run.ended_at",
        ["error"] = "run.error_message",
        ["requested_by"] = "run.requested_by",
        ["worker"] = "run.worker",
    };

    private readonly StringBuilder _sql = new();
    private readonly List<object> _values = [];
    private readonly int _firstParameter;

    private FilterSql(int firstParameter) => _firstParameter = firstParameter;

    /// <summary>Puts a filter in its place in a statement.</summary>
    /// <param name="statement">A statement of <see cref="SqlText"/> with the placeholder.</param>
    /// <param name="filter">The filter; null lets everything through.</param>
    /// <param name="firstParameter">The number of the first parameter that the statement leaves free.</param>
    public static (string Sql, IReadOnlyList<object> Values) Compose(string statement, Filter? filter, int firstParameter)
    {
        var composer = new FilterSql(firstParameter);
        composer.Append(filter ?? new FilterGroup(true, []));
        var sql = statement.Replace(Placeholder, composer._sql.ToString(), StringComparison.Ordinal);
        if (sql.Contains(Among, StringComparison.Ordinal) && FilterBounds.EndedSince(filter) is { } since)
        {
            composer._sql.Clear();
            composer._sql.Append("and run.ended_at >= ");
            composer.AppendValue(since);
            return (Marked(sql, composer._sql.ToString()).Replace(ByEnd, "+", StringComparison.Ordinal), composer._values);
        }

        return filter is not null && FilterStates.Of(filter).All(static state => state.IsFailure() || state == RunState.Cancelled)
            ? (Marked(sql, $"and run.id in ({SqlText.Reader.Unsuccessful})"), composer._values)
            : (sql, composer._values);
    }

    private static string Marked(string sql, string among) =>
        sql.Replace(Among, among, StringComparison.Ordinal).Replace(NotById, "+", StringComparison.Ordinal);

    /// <summary>Binds the values of a filter, typed by their fields' kinds.</summary>
    public static Statement Bind(Statement statement, IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            _ = value switch
            {
                string text => statement.Bind(text),
                long number => statement.Bind(number),
                DateTimeOffset instant => statement.Bind(instant),
                RunId id => statement.Bind(id),
                RunState state => statement.Bind(state.ToText()),
                _ => throw new ArgumentException($"A filter cannot compare with a {value.GetType()}.", nameof(values)),
            };
        }

        return statement;
    }

    private void Append(Filter filter)
    {
        switch (filter)
        {
            case FilterGroup { Conditions.Count: 0 } group:
                _sql.Append(group.All ? "true" : "false");
                break;
            case FilterGroup group:
                AppendGroup(group);
                break;
            case FilterCondition { Field: "tag" } condition:
                AppendTag(condition);
                break;
            case FilterCondition condition:
                AppendComparison(condition);
                break;
            default:
                throw new ArgumentException($"Unknown filter {filter.GetType()}.", nameof(filter));
        }
    }

    private void AppendGroup(FilterGroup group)
    {
        _sql.Append('(');
        for (var i = 0; i < group.Conditions.Count; i++)
        {
            _sql.Append(i == 0 ? string.Empty : group.All ? " and " : " or ");
            Append(group.Conditions[i]);
        }

        _sql.Append(')');
    }

    private void AppendTag(FilterCondition condition)
    {
        _sql.Append(condition.Operator switch
        {
            FilterOperator.Equal or FilterOperator.In => string.Empty,
            FilterOperator.NotEqual => "not ",
            _ => throw new ArgumentException($"A tag has no {condition.Operator}.", nameof(condition)),
        });
        _sql.Append("exists (select 1 from json_each(run.options, '$.tags') as tag where tag.value in ");
        AppendList(condition.Values);
        _sql.Append(')');
    }

    private void AppendComparison(FilterCondition condition)
    {
        if (!Columns.TryGetValue(condition.Field, out var column))
        {
            throw new ArgumentException($"Unknown field {condition.Field}.", nameof(condition));
        }

        switch (condition.Operator)
        {
            case FilterOperator.Empty:
                _sql.Append(column).Append(" is null");
                break;
            case FilterOperator.NotEmpty:
                _sql.Append(column).Append(" is not null");
                break;
            case FilterOperator.Contains:
                _sql.Append("silos_contains(").Append(column).Append(", ");
                AppendValue(condition.Values[0]);
                _sql.Append(')');
                break;
            case FilterOperator.In:
                _sql.Append(column).Append(" in ");
                AppendList(condition.Values);
                break;
            default:
                _sql.Append(column).Append(Operator(condition.Operator));
                AppendValue(condition.Values[0]);
                break;
        }
    }

    private static string Operator(FilterOperator @operator) => @operator switch
    {
        FilterOperator.Equal => " = ",
        FilterOperator.NotEqual => " is not ",
        FilterOperator.Less => " < ",
        FilterOperator.LessOrEqual => " <= ",
        FilterOperator.Greater => " > ",
        FilterOperator.GreaterOrEqual => " >= ",
        _ => throw new ArgumentOutOfRangeException(nameof(@operator), @operator, null),
    };

    private void AppendList(IReadOnlyList<object> values)
    {
        _sql.Append('(');
        for (var i = 0; i < values.Count; i++)
        {
            _sql.Append(i == 0 ? string.Empty : ", ");
            AppendValue(values[i]);
        }

        _sql.Append(')');
    }

    private void AppendValue(object value)
    {
        _sql.Append('?').Append(_firstParameter + _values.Count);
        _values.Add(value);
    }
}
