using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Mapping;

/// <summary>Takes rows through the steps; what the steps mean for a shape of row is worked out once.</summary>
internal sealed class RowMapper(RowSteps steps)
{
    private readonly Columns? _selected = steps.Select is { } names ? new Columns(names, isFixed: true) : null;
    private Plan? _plan;

    /// <summary>Tells which columns rows have afterwards.</summary>
    /// <exception cref="NonRetryableException">The payload names a column that there is not.</exception>
    public Columns Map(Columns columns) => PlanFor(columns).Output;

    /// <returns>The row as it goes on, or null if a filter holds it back.</returns>
    /// <exception cref="BadRowException">A value is not what a step needs.</exception>
    public Row? Map(Row row)
    {
        var plan = PlanFor(row.Columns);
        var values = new object?[plan.Width];
        row.Values.CopyTo(values, 0);
        foreach (var (index, type, name) in plan.Casts)
        {
            values[index] = CellTypes.Read(values[index], type, name);
        }

        foreach (var (index, condition) in plan.Filters)
        {
            if (!condition.Holds(index < 0 ? null : values[index]))
            {
                return null;
            }
        }

        foreach (var (index, value) in plan.Constants)
        {
            values[index] = value;
        }

        if (plan.Positions is { } positions)
        {
            var selected = new object?[positions.Length];
            for (var i = 0; i < positions.Length; i++)
            {
                selected[i] = positions[i] < 0 ? null : values[positions[i]];
            }

            values = selected;
        }

        return new Row(row.Line, plan.Output, values);
    }

    private Plan PlanFor(Columns columns)
    {
        if (!ReferenceEquals(_plan?.Input, columns))
        {
            _plan = Compile(columns);
        }

        return _plan!;
    }

    private Plan Compile(Columns input)
    {
        var names = input.Names.ToList();
        var casts = steps.Casts
            .Select(cast => (Index: input.Require(cast.Key, "cast"), cast.Value, cast.Key))
            .Where(cast => cast.Index >= 0)
            .ToArray();
        var filters = steps.Filters.Select(filter => (input.Require(filter.Column, "filter.column"), filter)).ToArray();
        var constants = new List<(int, object?)>();
        foreach (var (name, value) in steps.Constants)
        {
            var index = names.IndexOf(name);
            if (index < 0)
            {
                index = names.Count;
                names.Add(name);
            }

            constants.Add((index, value));
        }

        var width = names.Count;
        var before = new Columns([.. names], input.IsFixed);
        foreach (var (from, to) in steps.Renames)
        {
            var index = before.Require(from, "rename");
            if (index >= 0)
            {
                names[index] = to;
            }
        }

        var renamed = new Columns(names, input.IsFixed);
        return _selected is null
            ? new Plan(input, renamed, width, casts, filters, [.. constants], null)
            : new Plan(
                input, _selected, width, casts, filters, [.. constants],
                [.. _selected.Names.Select(name => renamed.Require(name, "select"))]);
    }

    private sealed record Plan(
        Columns Input,
        Columns Output,
        int Width,
        (int Index, CellType Type, string Name)[] Casts,
        (int Index, Condition Condition)[] Filters,
        (int Index, object? Value)[] Constants,
        int[]? Positions);
}
