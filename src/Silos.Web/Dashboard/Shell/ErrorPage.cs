using Microsoft.AspNetCore.Http;
using Silos.Client;

namespace Silos.Web.Dashboard.Shell;

/// <summary>What the page about something that went wrong shows: what happened, and what to do.</summary>
/// <param name="Problem">What went wrong.</param>
internal sealed record ErrorPage(Problem Problem)
{
    /// <summary>Gets what stands before every address of the host.</summary>
    public string Base { get; init; } = string.Empty;

    /// <summary>Gets whether something was to be done, not only shown.</summary>
    public bool WasForm { get; init; }

    /// <summary>Gets the page that the form stood on, as a path of Silos; null if that is not known.</summary>
    public string? Back { get; init; }

    /// <summary>Gets how many seconds to wait before the next try, as the answer says; null if that would not help.</summary>
    public string? Wait { get; init; }

    /// <summary>Gets what happened, in a few words.</summary>
    public string Heading => Problem.Code switch
    {
        "unauthorized" => "You are not logged in",
        "stale_form" => "This form is out of date",
        "forbidden" => "Your role does not allow this",
        _ => Problem.Title,
    };

    /// <summary>Gets what happened. What the API says about headers helps nobody in a browser.</summary>
    public string? Text => Problem.Code == "unauthorized"
        ? "Your login is over, or you have not logged in yet."
        : Problem.Detail;

    /// <summary>Gets what to do.</summary>
    public string Advice => string.Join(' ', new[] { Done, Next }.Where(part => part.Length > 0));

    /// <summary>Gets whether logging in may help.</summary>
    public bool MayLogIn => Problem.Status == StatusCodes.Status401Unauthorized;

    /// <summary>Gets where to log in and come back to.</summary>
    public string LogIn => $"{Base}/login?next={Uri.EscapeDataString(Base + (Back ?? "/"))}";

    private string Done => (WasForm, Problem.Status) switch
    {
        (false, _) => string.Empty,
        (true, < StatusCodes.Status500InternalServerError) => "Nothing was changed.",
        _ => "It is not known whether it was done: look before you repeat it.",
    };

    private string Next => (Problem.Code, Problem.Status) switch
    {
        ("unauthorized", _) => "Log in, go back to the page and repeat what you did.",
        ("stale_form", _) => "If a fresh form is refused as well, this browser does not keep the cookies of this address.",
        ("forbidden", _) => "Ask an administrator to do it, or to give you a key with that role.",
        (_, StatusCodes.Status400BadRequest) => WasForm ? "Go back and write it differently." : "Change the address or the search and try again.",
        (_, StatusCodes.Status404NotFound) => "It may have been deleted, be older than finished runs are kept, or belong to another tenant.",
        (_, StatusCodes.Status413PayloadTooLarge) => "Go back and send less.",
        (_, StatusCodes.Status429TooManyRequests) => $"Wait {(Wait is null or "1" ? "a moment" : $"{Wait} seconds")} and try again.",
        (_, StatusCodes.Status503ServiceUnavailable) =>
            "Nothing is lost: due instants are decided as soon as the store answers again. Reload in a moment.",
        _ => string.Empty,
    };

    /// <summary>Takes what a request says about where it came from.</summary>
    public static ErrorPage Of(HttpContext context, Problem problem, string? back = null) => new(problem)
    {
        Base = context.Request.PathBase.ToUriComponent(),
        WasForm = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method),
        Back = back,
        Wait = context.Response.Headers.RetryAfter is { Count: > 0 } wait ? wait.ToString() : null,
    };
}
