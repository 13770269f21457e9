using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Web.Dashboard.Parts;

/// <summary>The durations of a job's newest runs as bars, oldest first; those that failed stand out.</summary>
public sealed class Sparkline : ComponentBase
{
    private const int Bars = 20;
    private const int Step = 6;
    private const int Height = 24;
    private const int Least = 3;

    /// <summary>The runs, newest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<RunPoint> Points { get; set; } = [];

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (Points.Count == 0)
        {
            return;
        }

        // Logarithmic, so that one slow run does not make all others invisible.
        var scales = Points.Take(Bars).Reverse().Select(point => (Point: point, Scale: Math.Log10(Milliseconds(point) + 1))).ToList();
        var highest = Math.Max(1, scales.Max(bar => bar.Scale));
        var longest = Points.Take(Bars).Max(Milliseconds);
        var failed = scales.Count(bar => bar.Point.State.IsFailure());
        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "class", "spark");
        builder.AddAttribute(2, "viewBox", $"0 0 {scales.Count * Step} {Height}");
        builder.AddAttribute(3, "width", Text(scales.Count * Step));
        builder.AddAttribute(4, "height", Text(Height));
        builder.AddAttribute(5, "role", "img");
        builder.AddAttribute(
            6, "aria-label", $"Last {scales.Count} runs: {failed} failed, longest {TimeWords.Rough(TimeSpan.FromMilliseconds(longest))}");
        for (var i = 0; i < scales.Count; i++)
        {
            var (point, scale) = scales[i];
            var height = Math.Max(Least, (int)Math.Round(scale / highest * Height));
            builder.OpenElement(7, "rect");
            builder.AddAttribute(8, "class", $"state-{point.State.ToText()}");
            builder.AddAttribute(9, "x", Text((i * Step) + 1));
            builder.AddAttribute(10, "y", Text(Height - height));
            builder.AddAttribute(11, "width", Text(Step - 2));
            builder.AddAttribute(12, "height", Text(height));
            builder.AddAttribute(13, "rx", "1");
            builder.OpenElement(14, "title");
            builder.AddContent(15, $"{point.State.ToText()}, {TimeWords.Rough(TimeSpan.FromMilliseconds(Milliseconds(point)))}");
            builder.CloseElement();
            builder.CloseElement();
        }

        builder.CloseElement();
    }

    private static long Milliseconds(RunPoint point) =>
        point.StartedAt is { } started ? (long)(point.EndedAt - started).TotalMilliseconds : 0;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
