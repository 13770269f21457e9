using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Runs;

namespace Silos.Web.Http;

/// <summary>Writes JSON answers.</summary>
internal static class Answer
{
    /// <summary>Answers with a value.</summary>
    public static Task WriteAsync<T>(
        HttpContext context, int status, T value, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        var shown = context.RequestServices?.GetService<AnswerRedaction>()?.Of<T>() ?? type;
        return JsonSerializer.SerializeAsync(response.BodyWriter, value, shown, context.RequestAborted);
    }

    /// <summary>Answers 200 with a value.</summary>
    public static Task OkAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        WriteAsync(context, StatusCodes.Status200OK, value, type);

    /// <summary>Answers that there is nothing to tell.</summary>
    public static Task NoContentAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Answers that a run was accepted, with its id and where to look.</summary>
    public static Task AcceptedAsync(HttpContext context, RunId run, EnqueueKind kind = EnqueueKind.Accepted)
    {
        // By hand, because this is the answer that is given fifteen thousand times a second.
        var id = run.ToString();
        context.Response.StatusCode = kind == EnqueueKind.Existing ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json";
        context.Response.Headers.Location = $"/api/runs/{id}";
        var body = new ArrayBufferWriter<byte>(96);
        using (var writer = new Utf8JsonWriter(body))
        {
            JsonSerializer.Serialize(writer, new EnqueueResponse(id, Words.Text(kind)), ClientJson.Readable.EnqueueResponse);
        }

        context.Response.ContentLength = body.WrittenCount;
        return context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }
}
