using Silos.Stores;

namespace Silos.Web.Runs;

/// <summary>What a caller may compare, and what it means to the store.</summary>
internal abstract class FilterVocabulary
{
    /// <summary>Gets the fields in the caller's words.</summary>
    public abstract IReadOnlyDictionary<string, FilterKind> Fields { get; }

    /// <summary>Turns a comparison in the caller's words into one in the store's.</summary>
    /// <param name="condition">The comparison, its values already of the field's kind.</param>
    /// <param name="report">Takes what is wrong with the value, as a clause.</param>
    /// <returns>The store's condition; anything if a problem was reported.</returns>
    public abstract Filter Translate(FilterCondition condition, Action<string> report);
}

/// <summary>The words of <c>GET /api/runs</c>: the store's own.</summary>
internal sealed class RunFilterVocabulary : FilterVocabulary
{
    public static RunFilterVocabulary Instance { get; } = new();

    public override IReadOnlyDictionary<string, FilterKind> Fields => Filter.Fields;

    public override Filter Translate(FilterCondition condition, Action<string> report) => condition;
}
