namespace Silos.Jobs;

/// <summary>Addresses a job everywhere: its tenant and its name. Written <c>tenant/name</c>, which is also its grain key.</summary>
/// <param name="Tenant">Who owns the job.</param>
/// <param name="Name">The job's name, unique in the tenant.</param>
public readonly record struct JobKey(TenantId Tenant, JobName Name)
{
    /// <summary>Reads <c>tenant/name</c>.</summary>
    /// <exception cref="InvalidException"><paramref name="text"/> is not of that form.</exception>
    public static JobKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? throw new InvalidException("job", text, "must be written tenant/name")
            : new JobKey(TenantId.Parse(text[..slash]), JobName.Parse(text[(slash + 1)..]));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Name}";
}
