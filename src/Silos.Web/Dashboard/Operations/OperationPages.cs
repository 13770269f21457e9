using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Client.Json;
using Silos.Keys;
using Silos.Operations;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Audit;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;
using Silos.Web.Operations;

namespace Silos.Web.Dashboard.Operations;

/// <summary>The pages about what is done to many runs at once.</summary>
internal sealed class OperationPages(OperationBook book, OperationDesk desk, Patience patience)
{
    private const int MostTicked = 100;

    // A path that is longer is not gone back to.
    private const int LongestBack = 1_900;

    public void Map(PageRoutes pages)
    {
        pages.Page<OperationsView>("/operations", "OperationsPage", ListAsync);
        pages.Page<NewOperationScreen>("/operations/new", "NewOperationPage", AskAsync, Role.Operator);
        pages.Page<OperationScreen>("/operations/{id}", "OperationPage", ShowAsync);
        pages.Form("/operations", "StartOperationForm", Role.Operator, "operation.start", StartAsync);
    }

    private async Task<object> ListAsync(HttpContext context, Frame frame)
    {
        new QueryFields(context.Request.Query).Close();
        return new OperationsPage([.. (await book.ListAsync(frame.Caller.Tenant, context.RequestAborted)).Select(OperationView.Of)]);
    }

    private async Task<object> ShowAsync(HttpContext context, Frame frame)
    {
        new QueryFields(context.Request.Query).Close();
        var text = (string)context.GetRouteValue("id")!;
        return RunId.TryParse(text, out var id)
            ? OperationView.Of(await book.GetAsync(frame.Caller.Tenant, id, context.RequestAborted))
            : throw new NotFoundException("operation", text);
    }

    /// <summary>Counts what an operation would take, and asks whether it is meant.</summary>
    private async Task<object> AskAsync(HttpContext context, Frame frame)
    {
        var query = new QueryFields(context.Request.Query);
        var action = query.Word<OperationAction>("action");
        var search = query.Text("q", RunSearch.Longest)?.Trim() ?? string.Empty;
        var ticked = query.Several("id", MostTicked);
        if (action is null && query.Problems.Count == 0)
        {
            query.Report("action", null, $"is required: {Words.List<OperationAction>()}");
        }

        query.Close();
        if (ticked.Count > 0)
        {
            search = $"id:{string.Join(',', ticked)}";
        }

        var filter = Read(search, frame.Now);
        var page = new NewOperationPage(action!.Value, search, frame.Now, FilterWords.Of(filter))
        {
            Look = SearchText.Of(OperationBook.Fitting(action.Value, filter)),
            Back = frame.Here.Length < LongestBack ? frame.Here : "/runs",
        };
        try
        {
            return page with { Matched = await CountAsync(frame.Caller.Tenant, action.Value, filter, context.RequestAborted) };
        }
        catch (TimeoutException)
        {
            return page;
        }
    }

    private async Task<Done> StartAsync(HttpContext context, Form form)
    {
        OperationAction? action = Words.TryParse<OperationAction>(form.Text("action", 20) ?? string.Empty, out var word) ? word : null;
        if (action is null)
        {
            form.Report("action", null, $"must be one of {Words.List<OperationAction>()}");
        }

        var search = form.Text("q", RunSearch.Longest) ?? string.Empty;
        var at = form.Instant("at");
        var reason = form.Text("reason", OperationDesk.LongestReason);
        form.Close();

        // As of the instant for which it was counted: "the last two hours" are those that were looked at.
        var filter = Read(search, at!.Value);
        var tenant = Caller.Of(context).Tenant;
        long? matched = null;
        try
        {
            matched = form.Flag("uncounted") ? null : await CountAsync(tenant, action!.Value, filter, AuditNote.Of(context).CallerGone);
        }
        catch (TimeoutException)
        {
            // It was quicker when it was asked. The page of the operation says that it is not counted.
        }

        var operation = await desk.StartAsync(context, action!.Value, filter, reason, matched);
        return Done.Well("It has begun, and goes on in the background, also when you leave this page.", $"/operations/{operation.Id}");
    }

    private Task<long> CountAsync(TenantId tenant, OperationAction action, Filter filter, CancellationToken cancellationToken) =>
        patience.TryAsync(cancelled => desk.CountAsync(tenant, action, filter, cancelled), cancellationToken);

    /// <summary>Reads a search. As over the API, everything is too much to be asked for by leaving out.</summary>
    private static Filter Read(string search, DateTimeOffset now) =>
        RunSearch.Parse(search, now) is { } filter && SearchText.Simplify(filter) is not FilterGroup { Conditions.Count: 0 }
            ? filter
            : throw new InvalidException("q", null, "is required: tick some runs, or search for something; everything is too much to be asked for by leaving out");
}
