using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Client;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Dashboard.Alarms;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Shell;

/// <summary>Maps pages and the forms on them: each is guarded, and what goes wrong is told on a page.</summary>
internal sealed class PageRoutes(
    IEndpointRouteBuilder endpoints, RequestPipeline pipeline, PageRenderer renderer, Problems problems, FormTokens tokens, AlarmGlance alarms, PauseReader pauses, TeamGlance teams,
    Surroundings surroundings)
{
    /// <summary>Maps a page.</summary>
    /// <typeparam name="TPage">The component that shows it.</typeparam>
    public void Page<TPage>(string pattern, string name, Func<HttpContext, Frame, Task<object>> read, Role needed = Role.Viewer)
        where TPage : IComponent =>
        endpoints.MapGet(pattern, pipeline.Guarded(context => ShowAsync<TPage>(context, read), page: true)).Needs(needed).WithName(name);

    /// <summary>Maps what a form does. It answers with a redirect to where the form was, or to where the action says.</summary>
    /// <param name="pattern">The address.</param>
    /// <param name="name">The name of the endpoint.</param>
    /// <param name="needed">Who may do it.</param>
    /// <param name="action">What the audit log calls it: the same as where it is done over the API; null for what changes only how pages look.</param>
    /// <param name="act">Does it.</param>
    /// <param name="refused">
    /// Shows the form again when it is refused, with what was written and why it was refused; null for a redirect to where it was, for forms in which nothing is written
    /// but a reason.
    /// </param>
    public void Form(
        string pattern, string name, Role needed, string? action, Func<HttpContext, Form, Task<Done>> act,
        Func<HttpContext, Frame, Form, Problem, Task<Shown>>? refused = null)
    {
        var endpoint = endpoints.MapPost(pattern, pipeline.Guarded(context => ActAsync(context, act, refused), page: true)).Needs(needed).WithName(name);
        _ = action is null ? endpoint.NotAudited("it changes what is shown") : endpoint.Audited(action, action.Split('.')[0]);
    }

    /// <summary>Maps what a form does that answers with a page of its own: what is on it shall be in no cookie and at no address.</summary>
    /// <param name="pattern">The address; a page that has the form stands there, too.</param>
    /// <param name="name">The name of the endpoint.</param>
    /// <param name="needed">Who may do it.</param>
    /// <param name="action">What the audit log calls it.</param>
    /// <param name="act">Does it.</param>
    public void FormPage(string pattern, string name, Role needed, string action, Func<HttpContext, Frame, Form, Task<Shown>> act) =>
        endpoints.MapPost(pattern, pipeline.Guarded(context => AnswerAsync(context, act), page: true))
            .Needs(needed).Audited(action, action.Split('.')[0]).WithName(name);

    /// <summary>Maps something that is no page: an asset.</summary>
    public void Raw(string pattern, string name, RequestDelegate endpoint) =>
        endpoints.MapGet(pattern, pipeline.Guarded(endpoint, page: true)).Needs(Role.Viewer).WithName(name);

    /// <summary>Maps the page for addresses below <paramref name="pattern"/> that no other endpoint answers.</summary>
    public void NotFound(string pattern, string name) => endpoints
        .MapGet(pattern, pipeline.Guarded(
            context => ShowAsync<ErrorView>(context, (_, _) => throw new NotFoundException("page", context.Request.Path.Value ?? string.Empty)), page: true))
        .Needs(Role.Viewer).WithName(name).WithOrder(int.MaxValue);

    private Task ShowAsync<TPage>(HttpContext context, Func<HttpContext, Frame, Task<object>> read)
        where TPage : IComponent =>
        WriteAsync(context, async frame => await read(context, frame) switch
        {
            Shown shown => shown,
            var model => new Shown(typeof(TPage), model, StatusCodes.Status200OK),
        });

    private Task AnswerAsync(HttpContext context, Func<HttpContext, Frame, Form, Task<Shown>> act) =>
        WriteAsync(context, frame => act(context, frame, Shell.Form.Of(context)));

    private async Task WriteAsync(HttpContext context, Func<Frame, Task<Shown>> make, string? here = null)
    {
        var frame = Frame.Of(context, surroundings.Clock.Now(), tokens);
        frame = frame with
        {
            Here = here ?? frame.Here,
            Alarms = await alarms.CountAsync(frame.Caller.Tenant, context.RequestAborted),
            Pauses = await pauses.ReadAsync(frame.Caller.Tenant, context.RequestAborted),
            Teams = await teams.ReadAsync(frame.Caller, context.RequestAborted),
        };
        Shown shown;
        try
        {
            shown = await make(frame);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            var problem = problems.Tell(context, exception);
            shown = new Shown(typeof(ErrorView), ErrorPage.Of(context, problem), problem.Status);
        }

        await renderer.WriteAsync(context, shown.Page, frame, shown.Model, shown.Status);
    }

    private async Task ActAsync(
        HttpContext context, Func<HttpContext, Form, Task<Done>> act, Func<HttpContext, Frame, Form, Problem, Task<Shown>>? refused)
    {
        var back = "/";
        Done done;
        try
        {
            var form = Shell.Form.Of(context);
            back = form.Back;
            AuditNote.Of(context).Reason = form.Reason;
            done = await act(context, form);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            // A redirect is the answer to a failure, too, and nothing is to be recorded of it but what was done in part.
            AuditNote.Of(context).GivenUp = true;
            var problem = problems.Tell(context, exception);
            if (refused is not null && problem.Status != StatusCodes.Status404NotFound)
            {
                await WriteAsync(context, frame => refused(context, frame, Shell.Form.Of(context), problem), back);
                return;
            }

            done = new Done(new Notice(false, problem.Detail is { } detail ? $"{problem.Title}: {detail}" : $"{problem.Title}."));
        }

        done.Notice?.Keep(context);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = context.Request.PathBase.ToUriComponent() + (done.Next ?? back);
    }
}

/// <summary>What a form's action came to.</summary>
/// <param name="Notice">What to say on the next page.</param>
/// <param name="Next">Where to go, as a path of Silos; null for back.</param>
internal sealed record Done(Notice? Notice, string? Next = null)
{
    /// <summary>Done, and said so.</summary>
    public static Done Well(string text, string? next = null) => new(new Notice(true, text), next);
}

/// <summary>A page that is to be shown.</summary>
/// <param name="Page">The component.</param>
/// <param name="Model">What it shows.</param>
/// <param name="Status">The status of the answer.</param>
internal sealed record Shown(Type Page, object Model, int Status);
