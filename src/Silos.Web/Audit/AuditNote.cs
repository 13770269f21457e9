using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Silos.Web.Audit;

/// <summary>What an endpoint adds to the record of what it does.</summary>
internal sealed class AuditNote
{
    /// <summary>Gets or sets the reason given.</summary>
    public string? Reason { get; set; }

    /// <summary>Gets or sets what it is done to, where the address does not say.</summary>
    public string? Target { get; set; }

    /// <summary>Gets or sets the sort of what it is done to, where that differs from the route's.</summary>
    public string? TargetKind { get; set; }

    /// <summary>Gets or sets what was done, where that differs from the route's.</summary>
    public string? Action { get; set; }

    /// <summary>Gets or sets whose things were touched, where that is not the tenant of the request.</summary>
    public TenantId? Tenant { get; set; }

    /// <summary>Gets or sets whether nothing was done after all: it was only tried.</summary>
    public bool Nothing { get; set; }

    /// <summary>Gets or sets whether it is done, all or a part of it, whatever becomes of the answer: then it is recorded although the answer tells of a failure.</summary>
    public bool Done { get; set; }

    /// <summary>Gets or sets whether the request ended without an answer to what it asked for.</summary>
    public bool GivenUp { get; set; }

    /// <summary>Gets or sets what tells that the caller is gone. What is done is carried through all the same; waiting and counting may stop.</summary>
    public CancellationToken CallerGone { get; set; }

    /// <summary>Gets what else is worth knowing.</summary>
    public JsonObject Detail { get; } = [];

    /// <summary>Gets the note of a request.</summary>
    public static AuditNote Of(HttpContext context)
    {
        if (context.Features.Get<AuditNote>() is not { } note)
        {
            note = new AuditNote();
            context.Features.Set(note);
        }

        return note;
    }
}
