using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Http;

namespace Silos.Web.Login;

/// <summary><c>/login</c>, <c>/logout</c>: how a person with a browser gets in and out; <c>/team</c>: in whose place they look.</summary>
internal sealed class LoginEndpoints(
    CredentialReader credentials, Sessions sessions, FormTokens tokens, RateGate rates, Proxies proxies, AuditWriter audit, OidcLogin oidc)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static readonly RouteAudit Opened = new("session.open", "session");
    private static readonly byte[] Style = ReadStyle();

    public void Map(IEndpointRouteBuilder endpoints, RequestPipeline pipeline)
    {
        endpoints.MapGet("/login", pipeline.Open(ShowAsync)).ForEverybody().WithName("Login");
        endpoints.MapGet("/login/style.css", pipeline.Open(StyleAsync)).ForEverybody().WithName("LoginStyle");
        endpoints.MapPost("/login", pipeline.Open(LogInAsync)).ForEverybody()
            .NotAudited("recorded as session.open once it is known who it is").WithName("LogIn");
        endpoints.MapGet("/login/oidc", pipeline.Open(oidc.BeginAsync)).ForEverybody().WithName("LoginOidc");
        endpoints.MapGet("/login/callback", pipeline.Open(ReturnAsync)).ForEverybody().WithName("LoginCallback");
        endpoints.MapPost("/logout", pipeline.Guarded(LogOutAsync, page: true))
            .Needs(Role.Viewer).Audited("session.close", "session").WithName("LogOut");
        endpoints.MapPost("/team", pipeline.Guarded(PickTeamAsync, page: true))
            .Needs(Role.Viewer).NotAudited("it changes what is shown").WithName("PickTeam");
    }

    private Task ShowAsync(HttpContext context) => WritePageAsync(context, LocalPath.Of(context.Request.Query["next"]), null, StatusCodes.Status200OK);

    private async Task LogInAsync(HttpContext context)
    {
        var form = context.Request.Form;
        var next = LocalPath.Of(form["next"]);
        var remote = proxies.OriginOf(context).Remote;
        if (await credentials.FindAsync(form["key"].ToString().Trim(), CallerKind.Key, remote, context.RequestAborted) is not { } caller)
        {
            rates.CountFailure(remote);
            await WritePageAsync(context, next, "This key is not a good one: mistyped, expired or revoked.", StatusCodes.Status401Unauthorized);
            return;
        }

        if (rates.TakeRequest(caller) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        await EnterAsync(context, caller, next);
    }

    private async Task ReturnAsync(HttpContext context)
    {
        var (caller, next, problem) = await oidc.EndAsync(context);
        if (caller is null)
        {
            await WritePageAsync(context, next, problem, StatusCodes.Status401Unauthorized);
            return;
        }

        await EnterAsync(context, caller, next);
    }

    private async Task EnterAsync(HttpContext context, Caller caller, string next)
    {
        var session = await sessions.OpenAsync(context, caller);
        AuditNote.Of(context).Target = session.Credential;
        AuditNote.Of(context).Detail["with"] = CallerWords.Of(caller.Kind);
        await audit.WriteAsync(context, session, Opened);
        SeeOther(context, next);
    }

    private async Task LogOutAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        AuditNote.Of(context).Target = caller.Credential;
        AuditNote.Of(context).Nothing = caller.Kind != CallerKind.Session;
        await sessions.CloseAsync(context, caller);
        SeeOther(context, "/login");
    }

    private Task PickTeamAsync(HttpContext context)
    {
        var form = context.Request.Form;
        var caller = Caller.Of(context);
        if (!TenantId.TryParse(form["team"], out var tenant) || tenant.Value == TenantScope.Everything || !caller.Scope.Contains(tenant))
        {
            throw new InvalidException("team", form["team"].ToString(), "is not a team of this login");
        }

        var cookie = new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = proxies.OriginOf(context).Scheme == "https",
            Path = "/",
        };
        if (caller.Scope.IsAll && tenant == caller.Scope.First)
        {
            // Back to where nobody has chosen: keys, for example, are then shown of every tenant.
            context.Response.Cookies.Delete(RequestGuard.TeamCookie, cookie);
        }
        else
        {
            context.Response.Cookies.Append(RequestGuard.TeamCookie, Uri.EscapeDataString(tenant.Value), cookie);
        }

        SeeOther(context, LocalPath.Of(form["next"]));
        return Task.CompletedTask;
    }

    private async Task WritePageAsync(HttpContext context, string next, string? problem, int status)
    {
        var html = LoginPage.Write(tokens.For(context, caller: null), next, problem, oidc.IsOn);
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.ContentSecurityPolicy = Policy;

        // Not no-referrer: browsers then send the form with "Origin: null", which is refused as foreign.
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.XFrameOptions = "DENY";
        response.ContentType = "text/html; charset=utf-8";
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(html), context.RequestAborted);
    }

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    private static async Task StyleAsync(HttpContext context)
    {
        context.Response.ContentType = "text/css; charset=utf-8";
        context.Response.Headers.CacheControl = "public, max-age=300";
        await context.Response.BodyWriter.WriteAsync(Style, context.RequestAborted);
    }

    private static byte[] ReadStyle()
    {
        using var stream = typeof(LoginEndpoints).Assembly.GetManifestResourceStream("Silos.Web.Login.login.css")
            ?? throw new InvalidOperationException("The style sheet is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
