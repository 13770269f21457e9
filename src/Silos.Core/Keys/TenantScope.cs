namespace Silos.Keys;

/// <summary>The tenants a credential is good for: some, or all of them.</summary>
public sealed record TenantScope
{
    /// <summary>How <see cref="All"/> is written.</summary>
    public const string Everything = "*";

    // No name contains it.
    private const char Separator = '/';

    private TenantScope(string text, IReadOnlyList<TenantId> tenants)
    {
        Text = text;
        Tenants = tenants;
    }

    /// <summary>Every tenant, those to come included: who looks after the installation.</summary>
    public static TenantScope All { get; } = new(Everything, []);

    /// <summary>Gets the scope as stored: <c>*</c>, or names with <c>/</c> between them.</summary>
    public string Text { get; }

    /// <summary>Gets the tenants, the one first that is meant when nobody says; empty for <see cref="All"/>.</summary>
    public IReadOnlyList<TenantId> Tenants { get; }

    /// <summary>Gets whether it is every tenant.</summary>
    public bool IsAll => Text == Everything;

    /// <summary>Gets the tenant that is meant when nobody says.</summary>
    public TenantId First => Tenants.Count > 0 ? Tenants[0] : TenantId.Default;

    /// <summary>Names tenants.</summary>
    /// <param name="tenants">At least one; none of them <c>*</c>.</param>
    /// <exception cref="InvalidException">There is none, or one is called <c>*</c>.</exception>
    public static TenantScope Of(params IReadOnlyList<TenantId> tenants)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        if (tenants.Count == 0 || tenants.Any(tenant => tenant.Value == Everything))
        {
            throw new InvalidException("tenant", tenants.Count == 0 ? null : Everything, "must be the name of a tenant");
        }

        var distinct = tenants.Distinct().ToList();
        return new TenantScope(string.Join(Separator, distinct), distinct);
    }

    /// <summary>Reads what <see cref="Text"/> has.</summary>
    /// <exception cref="InvalidException">It is neither <c>*</c> nor names.</exception>
    public static TenantScope Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text == Everything ? All : Of([.. text.Split(Separator).Select(TenantId.Parse)]);
    }

    /// <summary>Tells whether a tenant is among them.</summary>
    public bool Contains(TenantId tenant) => IsAll || Tenants.Contains(tenant);

    /// <inheritdoc/>
    public bool Equals(TenantScope? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
