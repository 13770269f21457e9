using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using Microsoft.Extensions.Options;
using Silos.Handlers.DataProcessing.Sql;

namespace Silos.Handlers.DataProcessing;

/// <summary>Settings of the <c>data_processing</c> handler, read from <c>Silos:Handlers:DataProcessing</c>; connections come from code.</summary>
public sealed class DataProcessingHandlerOptions : IValidatableObject
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Handlers:DataProcessing";

    private readonly Dictionary<string, DataConnection> _connections = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the directory in which payloads may name files; nothing outside is read or written. Default: this process's working directory.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// Gets or sets how many bad rows a run may have when its payload does not say. With one more it fails and leaves its
    /// target as it was. Default: 1,000.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int MaxBadRows { get; set; } = 1_000;

    /// <summary>
    /// Gets or sets how many groups an aggregation may have; all of them are in memory, at some hundred bytes each. Default: 100,000.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MaxGroups { get; set; } = 100_000;

    /// <summary>Gets or sets how many characters a row of a file may have, line breaks in quotes included. Default: 1,048,576.</summary>
    [Range(1_024, 64 * 1024 * 1024)]
    public int MaxRowLength { get; set; } = 1024 * 1024;

    /// <summary>
    /// Gets or sets how many rows go into a table between two savepoints. More cost fewer round trips; when one of them is
    /// refused by the database, that many are written a second time, one by one. Default: 500.
    /// </summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 500;

    internal IReadOnlyDictionary<string, DataConnection> Connections => _connections;

    /// <summary>Lets payloads name a database.</summary>
    /// <param name="name">By what payloads name it; <c>default</c> is the one that <c>table:NAME</c> means, as is the only one.</param>
    /// <param name="create">Makes a closed connection, which the handler opens and disposes.</param>
    /// <param name="allowQueries">
    /// Whether payloads may bring SQL of their own to read with. It can do whatever the connection's user may. Default: false.
    /// </param>
    /// <param name="tables">The tables that payloads may name, as they write them; null for all that the connection's user can reach.</param>
    /// <returns>These options.</returns>
    /// <exception cref="InvalidException"><paramref name="name"/> is not a name.</exception>
    public DataProcessingHandlerOptions AddConnection(
        string name, Func<DbConnection> create, bool allowQueries = false, IReadOnlyCollection<string>? tables = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        _connections[name] = Names.IsValid(name, out var problem)
            ? new DataConnection(name, create, allowQueries, tables)
            : throw new InvalidException("connection", name, problem);
        return this;
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DataDirectory is { } directory && !Directory.Exists(directory))
        {
            yield return new ValidationResult(
                $"{nameof(DataDirectory)} '{directory}' must be a directory that exists.", [nameof(DataDirectory)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class DataProcessingHandlerOptionsValidator : IValidateOptions<DataProcessingHandlerOptions>;
