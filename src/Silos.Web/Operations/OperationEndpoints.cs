using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Client.Json;
using Silos.Client.Operations;
using Silos.Client.Runs;
using Silos.Keys;
using Silos.Operations;
using Silos.Runs;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Audit;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Http;
using Silos.Web.Runs;

namespace Silos.Web.Operations;

/// <summary><c>/api/operations</c>: what is done to many runs at once.</summary>
internal sealed class OperationEndpoints(OperationBook book, OperationDesk desk, Patience patience)
{
    public void Map(ApiRoutes api)
    {
        api.Post("/api/operations", "StartOperation", "Retry, replay or cancel all runs that a filter matches, in the background; or only count them", StartAsync)
            .Needs(Role.Operator).Audited("operation.start", "operation")
            .Takes<OperationRequest>().Gives<OperationCountResponse>().Gives<OperationResponse>(StatusCodes.Status202Accepted);
        api.Get("/api/operations", "ListOperations", "List the operations under way and the latest 100 of the last 30 days, the latest first", ListAsync)
            .Needs(Role.Viewer).Gives<OperationListResponse>();
        api.Get("/api/operations/{id}", "GetOperation", "Show how far an operation is", ShowAsync)
            .Needs(Role.Viewer).Gives<OperationResponse>();
    }

    private async Task StartAsync(HttpContext context)
    {
        var wanted = await RequestBody.ReadAsync(context, BodyLimits.Small, OperationRequestReader.Read);
        var caller = Caller.Of(context);
        AuditNote.Of(context).Nothing = wanted.DryRun;
        var matched = await patience.OrRefuseAsync(
            cancelled => desk.CountAsync(caller.Tenant, wanted.Action, wanted.Filter, cancelled), AuditNote.Of(context).CallerGone);
        if (wanted.DryRun)
        {
            await Answer.OkAsync(context, new OperationCountResponse(matched), ClientJson.Readable.OperationCountResponse);
            return;
        }

        var operation = await desk.StartAsync(context, wanted.Action, wanted.Filter, wanted.Reason, matched);
        context.Response.Headers.Location = $"/api/operations/{operation.Id}";
        await Answer.WriteAsync(context, StatusCodes.Status202Accepted, ToResponse(operation), ClientJson.Readable.OperationResponse);
    }

    private async Task ListAsync(HttpContext context)
    {
        var operations = await book.ListAsync(Caller.Of(context).Tenant, context.RequestAborted);
        await Answer.OkAsync(context, new OperationListResponse([.. operations.Select(ToResponse)]), ClientJson.Readable.OperationListResponse);
    }

    private async Task ShowAsync(HttpContext context)
    {
        var text = (string)context.GetRouteValue("id")!;
        var operation = RunId.TryParse(text, out var id)
            ? await book.GetAsync(Caller.Of(context).Tenant, id, context.RequestAborted)
            : throw new InvalidException("id", text, "must be the id of an operation, a UUID");
        await Answer.OkAsync(context, ToResponse(operation), ClientJson.Readable.OperationResponse);
    }

    private static OperationResponse ToResponse(Operation operation) => new()
    {
        Id = operation.Id.ToString(),
        Action = Words.Text(operation.Action),
        State = Words.Text(operation.State),
        Problem = operation.Problem is { } problem ? Redactor.Looks(problem) : null,
        Filter = FilterOf(operation),
        By = operation.By,
        Reason = operation.Reason is { } reason ? Redactor.Looks(reason) : null,
        Matched = operation.Uncounted ? null : operation.Matched,
        Done = operation.Done,
        Failed = operation.Failed,
        StartedAt = operation.StartedAt,
        EndedAt = operation.EndedAt,
    };

    private static FilterDocument? FilterOf(Operation operation)
    {
        try
        {
            return FilterWriter.Write(FilterJson.Read(operation.Filter));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
