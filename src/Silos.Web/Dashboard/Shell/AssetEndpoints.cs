using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Silos.Keys;

namespace Silos.Web.Dashboard.Shell;

/// <summary>The style sheet, the script and the icon, and the choice of a theme.</summary>
internal static class AssetEndpoints
{
    private static readonly (string Name, string Type)[] Assets =
        [("style.css", "text/css; charset=utf-8"), ("silos.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml")];

    public static void Map(PageRoutes pages)
    {
        foreach (var (name, type) in Assets)
        {
            var bytes = Read(name);
            var tag = new StringValues($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..16]}\"");
            pages.Raw($"/ui/{name}", $"Asset {name}", context => WriteAsync(context, bytes, type, tag));
        }

        pages.Form("/ui/theme", "ChooseTheme", Role.Viewer, null, (context, form) =>
        {
            Frame.KeepTheme(context, form.Text("theme", 10));
            return Task.FromResult(new Done(null));
        });
    }

    private static async Task WriteAsync(HttpContext context, byte[] bytes, string type, StringValues tag)
    {
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "private, no-cache";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = type;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(AssetEndpoints).Assembly.GetManifestResourceStream($"Dashboard/Assets/{name}")
            ?? throw new InvalidOperationException($"The asset '{name}' is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
