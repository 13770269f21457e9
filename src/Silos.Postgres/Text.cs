using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Postgres;

/// <summary>How values become text columns and come back.</summary>
internal static class Text
{
    /// <summary>Only what differs from the default is written, because nearly every run has nearly everything at its default.</summary>
    private static readonly JsonSerializerOptions SparseOptions = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveDefaultsOut } },
    };

    /// <summary>Takes out what PostgreSQL cannot store (NUL, unpaired surrogates).</summary>
    public static string? Clean(string? text) => RunError.Storable(text, int.MaxValue);

    /// <summary>Writes options; null when all is default.</summary>
    public static string? Write(RunOptions options)
    {
        if (ReferenceEquals(options, RunOptions.Default))
        {
            return null;
        }

        var text = JsonSerializer.Serialize(options, SparseOptions);
        return text == "{}" ? null : text;
    }

    public static RunOptions ReadOptions(string? text) =>
        text is null ? RunOptions.Default : JsonSerializer.Deserialize<RunOptions>(text, SparseOptions) ?? RunOptions.Default;

    public static string? Write(CancelRequest? wish) => wish is null ? null : JsonText.From(wish).Text;

    public static CancelRequest? ReadCancel(string? text) => text is null ? null : JsonText.Trusted(text).As<CancelRequest>();

    public static string? Write(Pause? pause) => pause is null ? null : JsonText.From(pause).Text;

    public static Pause? ReadPause(string? text) => text is null ? null : JsonText.Trusted(text).As<Pause>();

    /// <summary>Writes an array literal, for arrays of arrays of different lengths; null when empty.</summary>
    public static string? WriteArray(IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var literal = new StringBuilder("{");
        foreach (var value in values)
        {
            literal.Append(literal.Length > 1 ? ",\"" : "\"")
                .Append(Clean(value)!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                .Append('"');
        }

        return literal.Append('}').ToString();
    }

    /// <summary>Writes an array literal of whole numbers.</summary>
    public static string WriteArray(IReadOnlyList<long> values) => "{" + string.Join(',', values) + "}";

    private static void LeaveDefaultsOut(JsonTypeInfo type)
    {
        if (type.Type != typeof(RunOptions))
        {
            return;
        }

        foreach (var property in type.Properties)
        {
            if (property.Get is not { } get)
            {
                continue;
            }

            var usual = get(RunOptions.Default);
            property.ShouldSerialize = usual is IReadOnlyList<string>
                ? static (_, value) => value is IReadOnlyList<string> { Count: > 0 }
                : (_, value) => !Equals(value, usual);
        }
    }
}
