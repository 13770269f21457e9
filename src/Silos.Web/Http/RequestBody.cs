using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Silos.Web.Http;

/// <summary>Reads bodies strictly: bounded, UTF-8, one JSON value, no comments, no member twice, not nested too deeply.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = JsonText.MaxDepth,
    };

    /// <summary>Reads a body and lets <paramref name="read"/> take it apart; throws all problems at once.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">How many bytes are accepted.</param>
    /// <param name="read">Takes the JSON apart, reporting problems; its result counts only if there are none.</param>
    /// <param name="mayBeEmpty">Whether no body is the same as <c>{}</c>.</param>
    /// <exception cref="TooLargeException">The body is larger than <paramref name="limit"/>.</exception>
    /// <exception cref="InvalidException">The body is not JSON, or has problems.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpContext context, long limit, Func<JsonElement, List<FieldProblem>, T> read, bool mayBeEmpty = false)
    {
        if (context.Request.ContentLength is { } length && length > limit)
        {
            throw new TooLargeException("body", length, limit);
        }

        // The server's own limit is one for everything; this one is the endpoint's.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size && size.MaxRequestBodySize < limit)
        {
            size.MaxRequestBodySize = limit;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var piece = await reader.ReadAsync(context.RequestAborted);
            if (piece.Buffer.Length > limit)
            {
                reader.AdvanceTo(piece.Buffer.End);
                throw new TooLargeException("body", piece.Buffer.Length, limit);
            }

            if (piece.IsCompleted)
            {
                try
                {
                    return Parse(piece.Buffer, read, mayBeEmpty);
                }
                finally
                {
                    reader.AdvanceTo(piece.Buffer.End);
                }
            }

            reader.AdvanceTo(piece.Buffer.Start, piece.Buffer.End);
        }
    }

    /// <summary>Reads JSON that came some other way, as strictly.</summary>
    public static T Parse<T>(ReadOnlySequence<byte> json, Func<JsonElement, List<FieldProblem>, T> read, bool mayBeEmpty = false)
    {
        if (mayBeEmpty && json.IsEmpty)
        {
            json = new ReadOnlySequence<byte>("{}"u8.ToArray());
        }

        var bytes = json.IsSingleSegment ? json.First : json.ToArray();
        if (!Utf8.IsValid(bytes.Span))
        {
            throw new InvalidException("body", null, "must be UTF-8");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException exception)
        {
            throw new InvalidException([new FieldProblem("body", null, Reason(exception, bytes.IsEmpty), Position(exception, bytes.Span))]);
        }

        using (document)
        {
            var problems = new List<FieldProblem>();
            var result = read(document.RootElement, problems);
            return problems.Count == 0 ? result : throw new InvalidException(problems);
        }
    }

    private static string Reason(JsonException exception, bool empty)
    {
        if (empty)
        {
            return "must be JSON, not empty";
        }

        // The first sentence says what is wrong; the rest repeats the position.
        var message = exception.Message;
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return $"must be JSON: {(end < 0 ? message.TrimEnd('.') : message[..end])}";
    }

    private static int? Position(JsonException exception, ReadOnlySpan<byte> bytes)
    {
        if (exception.LineNumber is not { } line || exception.BytePositionInLine is not { } column)
        {
            return null;
        }

        var start = 0;
        for (var i = 0L; i < line; i++)
        {
            start += bytes[start..].IndexOf((byte)'\n') + 1;
        }

        return (int)Math.Min(start + column, bytes.Length);
    }
}
