using System.Text;
using Npgsql;
using NpgsqlTypes;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Runs;

/// <summary>Turns a <see cref="Filter"/> into a condition. Columns come from a list, values are always parameters.</summary>
internal sealed class RunFilterSql
{
    /// <summary>Where a condition goes in a statement.</summary>
    public const string Marker = "/*filter*/";

    private const string LiveMarker = "/*live*/";
    private const string FinishedMarker = "/*finished*/";
    private const string FailuresMarker = "/*failures*/";

    private static readonly string FindFailures = SqlText.Get("Runs/find_failures");

    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal)
    {
        ["id"] = "id",
        ["job"] = "job",
        ["handler"] = "handler",
        ["queue"] = "queue",
        ["state"] = "state",
        ["priority"] = "priority",
        ["attempt"] = "attempt",
        ["duration"] = "duration",
        ["due_at"] = "due_at",
        ["enqueued_at"] = "enqueued_at",
        ["started_at"] = "started_at",
        ["ended_at"] = "ended_at",
        ["error"] = "error_message",
        ["requested_by"] = "requested_by",
        ["worker"] = "worker",
        ["tag"] = "tags",
    };

    private readonly List<NpgsqlParameter> _parameters;
    private readonly StringBuilder _sql = new();

    private RunFilterSql(IEnumerable<NpgsqlParameter> parameters) => _parameters = [.. parameters];

    /// <summary>Puts a filter and an upper bound of ids into a statement.</summary>
    /// <exception cref="InvalidException">The filter names a field that does not exist.</exception>
    public static (string Sql, NpgsqlParameter[] Parameters) Compose(
        string statement, Filter? filter, RunId? before, params NpgsqlParameter[] parameters)
    {
        var composer = new RunFilterSql(parameters);
        if (before is { } id)
        {
            composer._sql.Append("and id < ").Append(composer.Value(FilterKind.Id, id)).Append(' ');
        }

        if (filter is not null)
        {
            composer._sql.Append("and ");
            composer.Write(filter);
        }

        var sql = statement.Replace(Marker, composer._sql.ToString(), StringComparison.Ordinal);
        var states = FilterStates.Of(filter);
        if (!states.Any(static state => state.IsFinal()))
        {
            sql = sql.Replace(FinishedMarker, "and false", StringComparison.Ordinal);
        }
        else if (FilterBounds.EndedSince(filter) is { } since)
        {
            // There is an index of that.
            sql = sql.Replace(FinishedMarker, $"and ended_at >= {composer.Value(FilterKind.Instant, since)}", StringComparison.Ordinal);
        }

        if (sql.Contains(FailuresMarker, StringComparison.Ordinal) && RunScan.IsAboutFailures(filter))
        {
            // Found in the index alone, where whole rows are not: of few cancelled ones among many dead it would read every dead one.
            var found = FindFailures.Replace(Marker, composer._sql.ToString(), StringComparison.Ordinal);
            sql = sql.Replace(FailuresMarker, $"and id in ({found})", StringComparison.Ordinal);
        }

        if (states.All(static state => state.IsFinal()))
        {
            sql = sql.Replace(LiveMarker, "and false", StringComparison.Ordinal);
        }

        return (sql, [.. composer._parameters]);
    }

    private void Write(Filter filter)
    {
        switch (filter)
        {
            case FilterGroup { Conditions.Count: 0 } group:
                _sql.Append(group.All ? "true" : "false");
                break;
            case FilterGroup group:
                var separator = "(";
                foreach (var condition in group.Conditions)
                {
                    _sql.Append(separator);
                    Write(condition);
                    separator = group.All ? " and " : " or ";
                }

                _sql.Append(')');
                break;
            case FilterCondition condition:
                Write(condition);
                break;
            default:
                throw new InvalidException("filter", filter.GetType().Name, "must be a comparison or a group");
        }
    }

    private void Write(FilterCondition condition)
    {
        if (!Columns.TryGetValue(condition.Field, out var column))
        {
            throw new InvalidException("filter.field", condition.Field, $"must be one of {string.Join(", ", Columns.Keys)}");
        }

        var kind = Filter.Fields[condition.Field];
        if (kind == FilterKind.Tag)
        {
            WriteTag(condition);
            return;
        }

        _ = condition.Operator switch
        {
            FilterOperator.Equal => _sql.Append(column).Append(" = ").Append(Value(kind, condition.Values[0])),
            FilterOperator.NotEqual => _sql.Append(column).Append(" is distinct from ").Append(Value(kind, condition.Values[0])),
            FilterOperator.Less => _sql.Append(column).Append(" < ").Append(Value(kind, condition.Values[0])),
            FilterOperator.LessOrEqual => _sql.Append(column).Append(" <= ").Append(Value(kind, condition.Values[0])),
            FilterOperator.Greater => _sql.Append(column).Append(" > ").Append(Value(kind, condition.Values[0])),
            FilterOperator.GreaterOrEqual => _sql.Append(column).Append(" >= ").Append(Value(kind, condition.Values[0])),
            FilterOperator.Empty => _sql.Append(column).Append(" is null"),
            FilterOperator.NotEmpty => _sql.Append(column).Append(" is not null"),

            // Not LIKE: nothing in the text has a special meaning here.
            FilterOperator.Contains => _sql.Append("strpos(lower(").Append(column).Append(" collate \"default\"), lower(")
                .Append(Value(kind, condition.Values[0])).Append(")) > 0"),
            _ => _sql.Append(column).Append(" in (").AppendJoin(", ", condition.Values.Select(value => Value(kind, value))).Append(')'),
        };
    }

    private void WriteTag(FilterCondition condition)
    {
        if (condition.Operator == FilterOperator.NotEqual)
        {
            _sql.Append("(tags is null or not tags @> array[").Append(Value(FilterKind.Tag, condition.Values[0])).Append("])");
            return;
        }

        _sql.Append("tags && array[").AppendJoin(", ", condition.Values.Select(value => Value(FilterKind.Tag, value))).Append(']');
    }

    /// <summary>Adds a value and returns the parameter that stands for it.</summary>
    private string Value(FilterKind kind, object value)
    {
        var (type, stored, cast) = kind switch
        {
            FilterKind.Number => (NpgsqlDbType.Bigint, value, "bigint"),
            FilterKind.Instant => (NpgsqlDbType.TimestampTz, value, "timestamptz"),
            FilterKind.Id => (NpgsqlDbType.Uuid, ((RunId)value).Value, "uuid"),
            FilterKind.State => (NpgsqlDbType.Smallint, (short)(RunState)value, "smallint"),
            _ => (NpgsqlDbType.Text, (object)Text.Clean((string)value)!, "text"),
        };
        _parameters.Add(new NpgsqlParameter { Value = stored, NpgsqlDbType = type });
        return $"${_parameters.Count}::{cast}";
    }
}
