using System.Globalization;
using Silos.Samples.Data;

namespace Silos.Samples.Billing;

/// <summary>An invoice with its client.</summary>
internal sealed record Invoice(string Number, string Client, string Email, long Cents)
{
    /// <summary>Gets the invoice as text.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"Invoice {Number}\n{Client}\nTotal: {Cents / 100m:0.00}\n");

    /// <summary>Reads an invoice, or null.</summary>
    public static async Task<Invoice?> FindAsync(Session session, long id, CancellationToken cancellationToken)
    {
        var found = await session.Command("Billing/Sql/find-invoice").With("id", id).QueryAsync(
            static row => new Invoice(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)), cancellationToken);
        return found.Count == 0 ? null : found[0];
    }
}
