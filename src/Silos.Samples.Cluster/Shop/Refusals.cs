using Microsoft.AspNetCore.Diagnostics;

namespace Silos.Samples.Cluster.Shop;

/// <summary>
/// What went wrong in a silo arrives here as the same exception that would have been thrown in process. Who calls grains without
/// <see cref="ISilosClient"/> also meets those of Orleans when no silo answers.
/// </summary>
internal sealed class Refusals(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not (SilosException or OrleansException or TimeoutException))
        {
            return false;
        }

        httpContext.Response.StatusCode = exception switch
        {
            NotFoundException => StatusCodes.Status404NotFound,
            ConflictException => StatusCodes.Status409Conflict,
            UnavailableException or OrleansException or TimeoutException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        };
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = httpContext.Response.StatusCode, Detail = exception is SilosException ? exception.Message : "No silo answered." },
        });
    }
}
