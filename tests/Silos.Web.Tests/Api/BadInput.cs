using System.Net;

namespace Silos.Web.Tests.Api;

/// <summary>A request that is wrong, and what has to be said about it.</summary>
/// <param name="Endpoint">Method and route as mapped.</param>
/// <param name="Path">The address.</param>
/// <param name="What">What is wrong with it; together with the endpoint and the address unique.</param>
public sealed record BadInput(string Endpoint, string Path, string What)
{
    /// <summary>Gets the body.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Gets the content type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Gets whether the length of the body is not told.</summary>
    public bool Chunked { get; init; }

    /// <summary>Gets the method, if it is not the endpoint's.</summary>
    public string? Method { get; init; }

    /// <summary>Gets the status of the answer.</summary>
    public HttpStatusCode Status { get; init; } = HttpStatusCode.BadRequest;

    /// <summary>Gets the code of the problem; null where the server itself answers.</summary>
    public string? Code { get; init; } = "invalid";

    /// <summary>Gets the field that is named; null if it is about no field.</summary>
    public string? Field { get; init; }

    /// <summary>Gets what is said, in part.</summary>
    public string Problem { get; init; } = string.Empty;

    /// <summary>Gets the position in the value that is named.</summary>
    public int? Position { get; init; }

    public string Title => $"{Method} {Endpoint} {Path[..Math.Min(Path.Length, 120)]}: {What}";
}
