using Silos.Benchmarks.Cron;
using Silos.Benchmarks.Figures;
using Silos.Benchmarks.Pages;
using Silos.Benchmarks.Support;

var settings = Settings.Parse(args, Console.Error);
if (settings is null)
{
    return 2;
}

switch (settings.Figure)
{
    case "enqueue":
        await EnqueueFigure.RunAsync(settings, perCall: 1);
        return 0;
    case "bulk":
        await EnqueueFigure.RunAsync(settings, perCall: 1_000);
        return 0;
    case "drain":
        await DrainFigure.RunAsync(settings);
        return 0;
    case "latency":
        await LatencyFigure.RunAsync(settings);
        return 0;
    case "storm":
        await StormFigure.RunAsync(settings);
        return 0;
    case "idle":
        await IdleFigure.RunAsync(settings);
        return 0;
    case "http":
        await HttpFigure.RunAsync(settings);
        return 0;
    case HttpFigure.Server:
        await HttpFigure.ServeAsync(settings);
        return 0;
    case "pages":
        await PagesFigure.RunAsync(settings);
        return 0;
    case "cron":
        return CronFigure.Run(args);
    default:
        Console.Error.WriteLine($"'{settings.Figure}' is not a figure; see --help.");
        return 2;
}
