using System.Data.Common;

namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>A column of a table, as the database describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The CLR type of its values.</param>
/// <param name="TypeName">What the database calls its type.</param>
/// <param name="NeedsCast">Whether text must be cast to become a value.</param>
internal sealed record SqlColumn(string Name, Type Type, string TypeName, bool NeedsCast)
{
    /// <summary>Describes the columns of a reader.</summary>
    public static IEnumerable<SqlColumn> Of(DbDataReader reader)
    {
        // PostgreSQL refuses text where it wants JSON, an enum or an address, but casts it; SQLite would cast JSON to a number.
        var casts = reader.GetType().Name == "NpgsqlDataReader";
        for (var i = 0; i < reader.FieldCount; i++)
        {
            var (type, typeName) = (reader.GetFieldType(i), reader.GetDataTypeName(i));

            // SQLite has no exact numbers of its own and tells columns for them as text, which would let any text in.
            if (type == typeof(string) && (Is(typeName, "numeric") || Is(typeName, "decimal")))
            {
                type = typeof(decimal);
            }

            var isText = Is(typeName, "text") || Is(typeName, "character") || Is(typeName, "name");
            yield return new SqlColumn(reader.GetName(i), type, typeName, casts && type == typeof(string) && !isText);
        }
    }

    /// <summary>Gives the place of a value in a statement.</summary>
    public string Place(string parameter) => NeedsCast ? $"cast({parameter} as {TypeName})" : parameter;

    private static bool Is(string typeName, string type) => typeName.StartsWith(type, StringComparison.OrdinalIgnoreCase);
}
