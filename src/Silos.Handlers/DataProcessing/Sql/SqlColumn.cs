namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>A column of a table, as the database describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The CLR type of its values.</param>
/// <param name="TypeName">What the database calls its type.</param>
internal sealed record SqlColumn(string Name, Type Type, string TypeName);
