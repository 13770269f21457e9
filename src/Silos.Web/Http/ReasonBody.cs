using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Web.Audit;

namespace Silos.Web.Http;

/// <summary>The body of pauses and resumes.</summary>
internal static class ReasonBody
{
    /// <summary>Reads <c>{reason?}</c>, or no body at all, and notes the reason for the audit log.</summary>
    public static async Task<string?> ReadAsync(HttpContext context) => AuditNote.Of(context).Reason = await RequestBody.ReadAsync(
        context,
        BodyLimits.Small,
        (json, problems) =>
        {
            if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
            {
                return null;
            }

            var reason = fields.Text("reason", 1_000);
            fields.Close();
            return reason;
        },
        mayBeEmpty: true);
}
