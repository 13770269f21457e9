using System.Data.Common;

namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>The statement that writes rows of one shape.</summary>
internal sealed class SqlInsert
{
    private SqlInsert(DbCommand command, SqlColumn[] columns)
    {
        Command = command;
        Columns = columns;
    }

    public DbCommand Command { get; }

    public SqlColumn[] Columns { get; }

    public static SqlInsert Create(TableEndpoint target, SqlColumn[] columns, DbCommand command)
    {
        var names = columns.Select(column => column.Name).ToArray();
        var others = names.Except(target.Key, StringComparer.Ordinal).Select(SqlText.Quote).ToArray();
        var file = target.Key.Count == 0 ? "insert-row.sql" : others.Length == 0 ? "insert-new-row.sql" : "upsert-row.sql";
        command.CommandText = SqlText.Load(
            file,
            ("table", SqlText.QuoteTable(target.Table)),
            ("columns", string.Join(", ", names.Select(SqlText.Quote))),
            ("values", string.Join(", ", columns.Select((column, i) => column.Place($"@p{i}")))),
            ("key", string.Join(", ", target.Key.Select(SqlText.Quote))),
            ("assignments", string.Join(", ", others.Select(other => $"{other} = excluded.{other}"))));
        for (var i = 0; i < columns.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"p{i}";
            command.Parameters.Add(parameter);
        }

        return new SqlInsert(command, columns);
    }

    public Task ExecuteAsync(object[] values, CancellationToken cancellationToken)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Command.Parameters[i].Value = values[i];
        }

        return Command.ExecuteNonQueryAsync(cancellationToken);
    }
}
