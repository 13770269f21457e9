using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Silos.Client;

namespace Silos.Web.OpenApi;

/// <summary>Says what the document describes, and how one authenticates.</summary>
internal sealed class DocumentTransformer : IOpenApiDocumentTransformer
{
    public async Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Silos",
            Version = "v1",
            Description = "Jobs, runs and queues. JSON in UTF-8; unknown members and parameters are refused. Instants are "
                + "ISO 8601 with an offset, durations are text like 5m or PT5M or a number of seconds.",
        };

        // Addresses are relative to wherever the document was read.
        document.Servers = [];
        var components = document.Components ??= new OpenApiComponents();
        var schemas = components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        schemas["Problem"] = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken);
        var schemes = components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        schemes["key"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key, or a token of the configured OIDC issuer. Where none is required only this machine is served, as an administrator.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
    }
}
