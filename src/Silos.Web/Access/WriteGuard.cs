using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>Keeps web pages of others from writing: what a browser sends along by itself (cookies, Basic, the place it stands in) is no consent.</summary>
internal static class WriteGuard
{
    private const long LargestForm = 2 * 1024 * 1024;

    /// <summary>Lets a request pass (null) or says why not. A form is read, so that its endpoint finds it in <see cref="HttpRequest.Form"/>.</summary>
    public static async ValueTask<Refusal?> CheckAsync(HttpContext context, ForwardedOrigin origin, Caller? caller, bool page)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        if (IsForeign(request, origin))
        {
            return CrossOrigin("Writes that a browser makes for another origin's page are refused.");
        }

        if (page)
        {
            return await CheckFormAsync(context, caller);
        }

        if (caller?.Kind == CallerKind.Session && !ShowsOrigin(request) && !FormTokens.Fits(context, caller, request.Headers[FormTokens.Header]))
        {
            return CrossOrigin($"A write with the cookie of a session must come from its own pages: it has neither Origin nor {FormTokens.Header}.");
        }

        return CheckBody(request);
    }

    private static async ValueTask<Refusal?> CheckFormAsync(HttpContext context, Caller? caller)
    {
        var request = context.Request;
        if (request.ContentType is not { } type || !type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(
                StatusCodes.Status415UnsupportedMediaType, "not_a_form", "Pages take forms: send application/x-www-form-urlencoded.");
        }

        if (request.ContentLength > LargestForm)
        {
            throw new TooLargeException("body", request.ContentLength.Value, LargestForm);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestForm;
        }

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(
                new FormOptions { ValueCountLimit = 256, KeyLengthLimit = 256, ValueLengthLimit = (int)LargestForm }, context.RequestAborted);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidException("body", null, $"must be a form: {exception.Message}");
        }

        return FormTokens.Fits(context, caller, form[FormTokens.Field])
            ? null
            : new Refusal(
                StatusCodes.Status403Forbidden,
                "stale_form",
                "The form is older than your login, or not from here. Load the page again and repeat what you did.");
    }

    private static Refusal? CheckBody(HttpRequest request) => request.ContentType switch
    {
        null when request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding") => null,
        { } type when IsJson(type) => null,
        var type => new Refusal(
            StatusCodes.Status415UnsupportedMediaType,
            "not_json",
            $"Content-Type '{FieldProblem.Shorten(type)}' is not accepted; send application/json in UTF-8."),
    };

    private static Refusal CrossOrigin(string message) => new(StatusCodes.Status403Forbidden, "cross_origin", message);

    private static bool IsForeign(HttpRequest request, ForwardedOrigin origin)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none")
        {
            return true;
        }

        var given = request.Headers.Origin;
        return given.Count > 0
            && !string.Equals(given.ToString(), $"{origin.Scheme}://{origin.Host}", StringComparison.OrdinalIgnoreCase);
    }

    // What is foreign has been refused.
    private static bool ShowsOrigin(HttpRequest request) =>
        request.Headers.Origin.Count > 0 || request.Headers["Sec-Fetch-Site"] == "same-origin";

    private static bool IsJson(string type)
    {
        var span = type.AsSpan();
        var end = span.IndexOf(';');
        var media = (end < 0 ? span : span[..end]).Trim();
        if (!media.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var charset = end < 0 ? -1 : span.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        return charset < 0
            || span[(charset + 8)..].Trim().Trim('"').StartsWith("utf-8", StringComparison.OrdinalIgnoreCase);
    }
}
