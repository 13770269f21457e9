using System.Globalization;
using Microsoft.AspNetCore.Http;
using Silos.Keys;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Access;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Shell;

/// <summary>What every page is rendered with: who looks, when, from where, and what the last action said.</summary>
internal sealed record Frame
{
    private const string ThemeCookie = "silos_theme";

    /// <summary>Gets who looks.</summary>
    public required Caller Caller { get; init; }

    /// <summary>Gets what shows that a form comes from this page.</summary>
    public required string Token { get; init; }

    /// <summary>Gets the instant for which the page is true.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets what stands before every address of the host: nothing, unless a proxy or the application mounts Silos deeper.</summary>
    public required string Base { get; init; }

    /// <summary>Gets the path and query of this page, to come back to it after an action.</summary>
    public required string Here { get; init; }

    /// <summary>Gets <c>dark</c>, <c>light</c>, or null to follow the system.</summary>
    public string? Theme { get; init; }

    /// <summary>Gets the tenants that whoever looks may choose among; one or none is no choice.</summary>
    public IReadOnlyList<TenantId> Teams { get; init; } = [];

    /// <summary>Gets how many alarms are on; null while nobody knows.</summary>
    public int? Alarms { get; init; }

    /// <summary>Gets what holds back everything of the tenant; null while nobody knows.</summary>
    public TenantPauses? Pauses { get; init; }

    /// <summary>Gets what the last action said, if there was one a moment ago.</summary>
    public Notice? Notice { get; init; }

    /// <summary>Takes what a request says.</summary>
    public static Frame Of(HttpContext context, DateTimeOffset now, FormTokens tokens) => new()
    {
        Caller = Caller.Of(context),
        Teams = Caller.Of(context).Scope.Tenants,
        Token = tokens.For(context, Caller.Of(context)),
        Now = now,
        Base = context.Request.PathBase.ToUriComponent(),
        Here = $"{context.Request.Path.ToUriComponent()}{context.Request.QueryString.ToUriComponent()}",
        Theme = context.Request.Cookies[ThemeCookie] is "dark" or "light" ? context.Request.Cookies[ThemeCookie] : null,
        Notice = Notice.Take(context),
    };

    /// <summary>Remembers a theme for a year, or forgets it.</summary>
    public static void KeepTheme(HttpContext context, string? theme)
    {
        if (theme is "dark" or "light")
        {
            context.Response.Cookies.Append(ThemeCookie, theme, Cookie(context, TimeSpan.FromDays(365)));
        }
        else
        {
            context.Response.Cookies.Delete(ThemeCookie, Cookie(context, null));
        }
    }

    /// <summary>Makes the options of a cookie that only this host reads.</summary>
    public static CookieOptions Cookie(HttpContext context, TimeSpan? keep) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/",
        MaxAge = keep,
    };

    /// <summary>Tells whether whoever looks has a role, so that nobody is offered what would be refused.</summary>
    public bool May(Role role) => Caller.Role >= role;

    /// <summary>Makes an address of this host.</summary>
    public string To(string path) => Base + path;

    /// <summary>Gets the page of a job.</summary>
    public string ToJob(string name, string? action = null) => To($"/jobs/{Uri.EscapeDataString(name)}{(action is null ? null : $"/{action}")}");

    /// <summary>Gets the page of a run.</summary>
    public string ToRun(RunId run, string? action = null) => To(string.Create(CultureInfo.InvariantCulture, $"/runs/{run}{(action is null ? null : $"/{action}")}"));

    /// <summary>Gets the list of runs in which a field has a value, whatever marks are in it.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value.</param>
    /// <param name="more">What else is asked of the runs, as one would type it.</param>
    public string ToRunsOf(string field, string value, string? more = null)
    {
        var condition = new FilterCondition(field, FilterOperator.Equal, [value]);
        var search = SearchText.Of(condition);
        return more is null ? ToRuns(search)
            : search[0] == '{' ? ToRuns(SearchText.Of(new FilterGroup(All: true, [condition, RunSearch.Parse(more, Now)!])))
            : ToRuns($"{search} {more}");
    }

    /// <summary>Gets the list of runs that a search finds.</summary>
    public string ToRuns(string search) => To($"/runs?q={Uri.EscapeDataString(search)}");
}
