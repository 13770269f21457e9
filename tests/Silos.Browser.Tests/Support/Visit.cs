using Microsoft.Playwright;

namespace Silos.Browser.Tests.Support;

/// <summary>A window on the dashboard that remembers what the browser complained about.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    public Visit(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    /// <summary>Gets what the browser wrote to its console about errors.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Gets the status that the last page which was gone to answered with.</summary>
    public int Status { get; private set; }

    public async Task GoAsync(string path) =>
        Status = (await Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded }))!.Status;

    public ILocator Get(string selector) => Page.Locator(selector);

    public ILocator Get(string selector, string text) => Page.Locator(selector, new PageLocatorOptions { HasText = text });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>Keeps a picture of the whole page where the tests leave their output.</summary>
    public Task KeepAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(AppContext.BaseDirectory, "screenshots", $"{name}.png"),
        FullPage = true,
        Caret = ScreenshotCaret.Hide,
        Animations = ScreenshotAnimations.Disabled,
    });

    /// <summary>Keeps a picture, and checks that nothing stands out of the window and nothing is in the way of anybody.</summary>
    public async Task LookAsync(string name, Look look)
    {
        await KeepAsync($"{name}-{look.Name}");
        var width = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Assert.True(width <= look.Width, $"{name} is {width} pixels wide in a window of {look.Width}.");
        var barriers = await Axe.CheckAsync(Page);
        Assert.True(barriers.Count == 0, $"{name}, {look.Name}:\n{string.Join('\n', barriers)}");
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
