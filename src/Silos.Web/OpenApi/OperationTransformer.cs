using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Silos.Web.Http;

namespace Silos.Web.OpenApi;

/// <summary>Adds what the endpoints' own readers know and reflection cannot see: parameters of path and query, and problems.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var parameters = operation.Parameters ??= [];
        foreach (var segment in (context.Description.RelativePath ?? string.Empty).Split('/'))
        {
            if (segment.StartsWith('{'))
            {
                var name = segment.Trim('{', '}');
                parameters.Add(Parameter(name, ParameterLocation.Path, PathDescription(name), required: true));
            }
        }

        foreach (var query in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
        {
            parameters.Add(Parameter(query.Name, ParameterLocation.Query, query.Description, query.Description.EndsWith("Required.", StringComparison.Ordinal)));
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<BodyShape>().FirstOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !body.Optional,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken) },
                },
            };
        }

        var responses = operation.Responses ??= [];
        responses["default"] = new OpenApiResponse
        {
            Description = "What went wrong: problem details (RFC 9457) with a code for programs and the wrong fields.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", context.Document) },
            },
        };
    }

    private static string PathDescription(string name) =>
        name == "id" ? "The id: of a run a UUID, of a key 12 characters." : "The name: 1 to 100 characters, no slash, no control characters.";

    private static OpenApiParameter Parameter(string name, ParameterLocation location, string description, bool required) => new()
    {
        Name = name,
        In = location,
        Description = description,
        Required = required,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
