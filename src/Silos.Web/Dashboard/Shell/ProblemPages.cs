using Microsoft.AspNetCore.Http;
using Silos.Client;
using Silos.Web.Access;
using Silos.Web.Http;
using Silos.Web.Login;

namespace Silos.Web.Dashboard.Shell;

/// <summary>Tells a person with a browser on a page what programs are told as problem details.</summary>
internal sealed class ProblemPages(PageRenderer renderer, FormTokens tokens, Proxies proxies, Surroundings surroundings)
{
    /// <summary>Tells whether whoever asks reads pages.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers whatever goes wrong with a request by a page, if that is wanted.</summary>
    public void Watch(HttpContext context)
    {
        if (IsWanted(context.Request))
        {
            context.Features.Set(this);
        }
    }

    /// <summary>Answers with the page.</summary>
    public Task WriteAsync(HttpContext context, Problem problem)
    {
        var page = ErrorPage.Of(context, problem, BackOf(context));

        // Who is nobody sees no navigation. Neither does who has asked too often: style sheet and script of the dashboard would be refused as well.
        if (context.Features.Get<Caller>() is null || problem.Status == StatusCodes.Status429TooManyRequests)
        {
            return renderer.WriteAsync<BareErrorView>(context, null, page, problem.Status);
        }

        var frame = Frame.Of(context, surroundings.Clock.Now(), tokens);
        return renderer.WriteAsync<ErrorView>(context, page.WasForm ? frame with { Here = page.Back ?? "/" } : frame, page, problem.Status);
    }

    /// <summary>Finds the page to go back to: this one, or the one that a form was sent from, as pages of ours have their browser say.</summary>
    private string? BackOf(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method))
        {
            return LocalPath.Of($"{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}");
        }

        if (!Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var from)
            || !from.Authority.Equals(proxies.OriginOf(context).Host, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var path = from.PathAndQuery;
        var mount = request.PathBase.ToUriComponent();
        return LocalPath.Of(path.StartsWith(mount, StringComparison.Ordinal) ? path[mount.Length..] : path);
    }
}
