using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Silos.Client;
using Silos.Client.Json;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Dashboard.Shell;

namespace Silos.Web.Http;

/// <summary>The one place where errors become answers.</summary>
internal sealed partial class Problems(ILogger<Problems> logger)
{
    private const string ContentType = "application/problem+json";

    /// <summary>Answers an exception.</summary>
    public async Task WriteAsync(HttpContext context, Exception exception)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be told.
            return;
        }

        if (exception is RefusedException refused && !context.Response.HasStarted)
        {
            await WriteAsync(context, refused.Refusal);
            return;
        }

        var problem = Tell(context, exception);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        if (exception is TooManyException tooMany)
        {
            WaitFor(context, tooMany.RetryAfter);
        }
        else if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await WriteAsync(context, problem);
    }

    /// <summary>Turns an exception into a problem, and logs it if it is our fault, or the store's.</summary>
    public Problem Tell(HttpContext context, Exception exception)
    {
        var problem = From(exception);
        if (problem.Status == StatusCodes.Status503ServiceUnavailable && exception is not SilosException)
        {
            LogAway(context.Request.Method, context.Request.Path.Value, exception.Message);
        }

        if (problem.Status != StatusCodes.Status500InternalServerError)
        {
            return problem;
        }

        LogFailed(exception, context.Request.Method, context.Request.Path.Value, context.TraceIdentifier);
        return problem with { Detail = $"The log has the details under '{context.TraceIdentifier}'." };
    }

    /// <summary>Answers a request that was not let in.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.Location is { } location)
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        }

        if (refusal.Challenge is { } challenge)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
        }

        if (refusal.RetryAfter is { } wait)
        {
            WaitFor(context, wait);
        }

        return WriteAsync(context, Make(refusal.Status, refusal.Code, refusal.Message));
    }

    /// <summary>Answers with a problem: a browser that asked for a page with one, everybody else with problem details.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem) =>
        context.Features.Get<ProblemPages>() is { } pages
            ? pages.WriteAsync(context, problem)
            : Answer.WriteAsync(context, problem.Status, problem, ClientJson.Readable.Problem, ContentType);

    /// <summary>Makes a problem.</summary>
    public static Problem Make(int status, string code, string? detail) => new()
    {
        Type = "about:blank",
        Title = Title(status),
        Status = status,
        Detail = detail,
        Code = code,
    };

    private static void WaitFor(HttpContext context, TimeSpan wait) => context.Response.Headers.RetryAfter =
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static Problem From(Exception exception) => exception switch
    {
        InvalidException invalid => From([.. invalid.Problems.Select(WithoutSecret)]),
        RefusedException refused => Make(refused.Refusal.Status, refused.Refusal.Code, refused.Refusal.Message),
        NotFoundException => Make(StatusCodes.Status404NotFound, "not_found", exception.Message),
        ConflictException conflict => Make(StatusCodes.Status409Conflict, conflict.Code, exception.Message),
        TooLargeException => Make(StatusCodes.Status413PayloadTooLarge, "too_large", exception.Message),
        TooManyException => Make(StatusCodes.Status429TooManyRequests, "too_many", exception.Message),
        UnavailableException => Make(StatusCodes.Status503ServiceUnavailable, "unavailable", exception.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Make(
            StatusCodes.Status413PayloadTooLarge, "too_large", "The body is larger than this server accepts."),
        BadHttpRequestException bad => Make(bad.StatusCode, "bad_request", "The request could not be read."),
        _ when StoreFailure.IsAway(exception) => Make(
            StatusCodes.Status503ServiceUnavailable, "unavailable", "The store does not answer; it is not known whether what was asked was done. Try again."),
        _ => Make(StatusCodes.Status500InternalServerError, "internal", null),
    };

    private static Problem From(IReadOnlyList<FieldProblem> problems) =>
        Make(StatusCodes.Status400BadRequest, "invalid", string.Join(' ', problems)) with
        {
            Errors = [.. problems.Select(p => new ProblemField(p.Field, p.Value, p.Problem, p.Position))],
        };

    /// <summary>What was wrong with a secret is told without the secret.</summary>
    private static FieldProblem WithoutSecret(FieldProblem problem) =>
        problem.Value is not null && problem.Value != Redactor.Mark && problem.Field.Split('.', '[').Any(SecretNames.IsSecret)
            ? problem with { Value = Redactor.Mark }
            : problem with { Value = problem.Value is { } value ? Redactor.Looks(value) : null, Problem = Redactor.Looks(problem.Problem) };

    private static string Title(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request is wrong",
        StatusCodes.Status401Unauthorized => "Not authenticated",
        StatusCodes.Status403Forbidden => "Refused",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status409Conflict => "The state is against it",
        StatusCodes.Status413PayloadTooLarge => "Too large",
        StatusCodes.Status415UnsupportedMediaType => "Not JSON",
        StatusCodes.Status429TooManyRequests => "Too many requests",
        StatusCodes.Status503ServiceUnavailable => "Not available right now",
        _ => "Something went wrong here",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed (request {RequestId})")]
    private partial void LogFailed(Exception exception, string method, string? path, string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} was answered with 503 because the store does not answer: {Problem}")]
    private partial void LogAway(string method, string? path, string problem);
}
