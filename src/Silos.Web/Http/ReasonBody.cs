using Microsoft.AspNetCore.Http;
using Silos.Client.Json;

namespace Silos.Web.Http;

/// <summary>The body of pauses and resumes.</summary>
internal static class ReasonBody
{
    /// <summary>Reads <c>{reason?}</c>, or no body at all.</summary>
    public static Task<string?> ReadAsync(HttpContext context) => RequestBody.ReadAsync(
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
