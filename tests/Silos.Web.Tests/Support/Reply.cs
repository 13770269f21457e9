using System.Net;
using System.Text.Json;

namespace Silos.Web.Tests.Support;

/// <summary>An answer, read.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, string? ContentType, HttpResponseMessage Response)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Code => Json.GetProperty("code").GetString()!;

    public string Detail => Json.GetProperty("detail").GetString()!;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(ApiCaller.Cancelled),
        response.Content.Headers.ContentType?.MediaType,
        response);

    /// <summary>Checks the status and returns the JSON.</summary>
    public JsonElement Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"expected {(int)status}, got {(int)Status}: {Text}");
        return Text.Length == 0 ? default : Json;
    }

    /// <summary>Checks that a field is told to be wrong, and returns what is told.</summary>
    public string Blames(string field, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        Is(status);
        Assert.Equal("application/problem+json", ContentType);
        var errors = Json.GetProperty("errors").EnumerateArray().ToList();
        var error = errors.Find(e => e.GetProperty("field").GetString() == field);
        Assert.True(error.ValueKind == JsonValueKind.Object, $"no error for '{field}' in {Text}");
        return error.GetProperty("message").GetString()!;
    }
}
