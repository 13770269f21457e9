using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Silos.Keys;
using Silos.Runs;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Live;

/// <summary><c>/api/events</c>: server-sent events that say that something changed; what, the page itself reads.</summary>
internal sealed class EventEndpoints(Pulse pulse, Surroundings surroundings, IServiceProvider services)
{
    private const string ContentType = "text/event-stream";

    // Also keeps proxies from closing a connection on which nothing happens.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly CancellationToken _stopping =
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;

    public void Map(ApiRoutes api) =>
        api.Get("/api/events", "ListenToEvents", "Listen: an event 'change' whenever something begins or ends (server-sent events)", ListenAsync)
            .Needs(Role.Viewer)
            .Query("run", "Only what happens to this run. Default: everything of the tenant.")
            .Query("operation", "Only what becomes of this operation. Default: everything of the tenant.");

    private async Task ListenAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var run = Id(query, "run");
        var operation = Id(query, "operation");
        query.Close();
        if (!context.Request.Headers.Accept.ToString().Contains(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            await Problems.WriteAsync(context, Problems.Make(
                StatusCodes.Status406NotAcceptable, "not_events", $"This is a stream of events; ask for it with 'Accept: {ContentType}'."));
            return;
        }

        context.Response.ContentType = ContentType;
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping);
        try
        {
            await SendAsync(context, run, operation, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Whoever listened has gone, or the process goes; the browser comes back by itself.
        }
    }

    private static RunId? Id(QueryFields query, string name)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        if (RunId.TryParse(text, out var id))
        {
            return id;
        }

        query.Report(name, text, $"must be the id of {(name == "run" ? "a run" : "an operation")}, a UUID");
        return null;
    }

    private async Task SendAsync(HttpContext context, RunId? run, RunId? operation, CancellationToken cancellationToken)
    {
        var tenant = Caller.Of(context).Tenant;
        await WriteAsync(context, "retry: 2000\n: listening\n\n", cancellationToken);
        var last = await pulse.ReadAsync(tenant, run, operation, cancellationToken);
        var said = surroundings.Clock.GetTimestamp();
        while (true)
        {
            await Task.Delay(Pulse.Interval, surroundings.Clock, cancellationToken);
            var now = await pulse.ReadAsync(tenant, run, operation, cancellationToken);
            if (now != last)
            {
                await WriteAsync(context, "event: change\ndata: {}\n\n", cancellationToken);
                (last, said) = (now, surroundings.Clock.GetTimestamp());
            }
            else if (surroundings.Clock.GetElapsedTime(said) > Longest)
            {
                // Times go by without events, too: what is due in a minute, who has waited for how long.
                await WriteAsync(context, "event: change\ndata: {}\n\n", cancellationToken);
                said = surroundings.Clock.GetTimestamp();
            }
        }
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await context.Response.BodyWriter.FlushAsync(cancellationToken);
    }
}
