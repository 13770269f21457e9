using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Silos.Secrets;

namespace Silos.Web.Dashboard.Shell;

/// <summary>Turns a component and what it shows into a page.</summary>
/// <remarks>The components only arrange what was read before, so nothing can fail halfway down a page.</remarks>
internal sealed class PageRenderer(IServiceProvider services, Redactor redactor, ILoggerFactory loggers)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Answers with a page.</summary>
    /// <typeparam name="TPage">The component; it takes <paramref name="frame"/> and <paramref name="model"/> by injection.</typeparam>
    public Task WriteAsync<TPage>(HttpContext context, Frame? frame, object model, int status = StatusCodes.Status200OK)
        where TPage : IComponent =>
        WriteAsync(context, typeof(TPage), frame, model, status);

    /// <summary>Answers with a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="page">The component.</param>
    /// <param name="frame">What stands around it; null for a page that is shown to nobody in particular.</param>
    /// <param name="model">What it shows.</param>
    /// <param name="status">The status of the answer.</param>
    public async Task WriteAsync(HttpContext context, Type page, Frame? frame, object model, int status)
    {
        await using var renderer = new HtmlRenderer(new PageServices(services, frame, model), loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync(page)).ToHtmlString());
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.XFrameOptions = "DENY";
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(redactor.Values(html, HtmlEncoder.Default.Encode)), context.RequestAborted);
    }

    /// <summary>The services of the host, with what this one page shows.</summary>
    private sealed class PageServices(IServiceProvider services, Frame? frame, object model) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(Frame) ? frame
            : serviceType == model.GetType() ? model
            : services.GetService(serviceType);
    }
}
