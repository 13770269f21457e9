using Silos.Client.Json;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Secrets;
using Silos.Web.Jobs;

namespace Silos.Web.StatusPage;

/// <summary>Renders the status page: one document without script, readable on a phone.</summary>
internal sealed class StatusPageRenderer(StatusPageModel model)
{
    private const int LongestError = 300;

    public string Render() => new Html().Add($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="refresh" content="10">
        <title>Silos – {Headline()}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/@jobs/style.css">
        </head>
        <body>
        <header>
        <h1>Silos</h1>
        <p><span class="badge {HealthClass()}">{HealthWord()}</span> {Headline()}</p>
        </header>
        <main>
        {Jobs()}
        {Queues()}
        {Failures()}
        </main>
        <footer>As of {TimeWords.Local(model.Now, model.DefaultZone, model.Now)} · refreshes by itself · <a href="/api/health">health</a> · <a href="/openapi/v1.json">API</a></footer>
        </body>
        </html>
        """).ToString();

    private string Headline()
    {
        var jobs = model.Health.RegisteredJobs == 1 ? "1 job" : $"{model.Health.RegisteredJobs} jobs";
        var running = model.Jobs.Sum(job => job.Running);
        var scheduler = model.Health.SchedulerRunning ? "scheduler running" : "scheduler not running";
        return $"{jobs}, {running} running, {scheduler}";
    }

    private string HealthClass() => model.Health.IsReady ? "good" : "bad";

    private string HealthWord() => model.Health switch
    {
        { Draining: true } => "draining",
        { Started: false } => "starting",
        { StoreReachable: false } => "store away",
        { RestartWanted: true } => "restart wanted",
        _ => "ok",
    };

    private Html Jobs()
    {
        if (model.Jobs.Count == 0)
        {
            return Empty();
        }

        var rows = new Html();
        foreach (var job in model.Jobs)
        {
            rows.Add($"{Row(job)}");
        }

        var more = model.Health.RegisteredJobs > model.Jobs.Count
            ? new Html().Add($"<p class=\"quiet\">The first {model.Jobs.Count} by name; <a href=\"/api/jobs\">the API</a> lists all.</p>")
            : null;
        return new Html().Add($"""
            <section>
            <h2>Jobs</h2>
            <table>
            <thead><tr><th>Job</th><th>Status</th><th>Previous run</th><th>Next run</th><th>Last verdict</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            {more}
            </section>
            """);
    }

    private Html Row(JobView view)
    {
        var job = view.Job;
        var zone = ZoneOf(job.Definition);
        return new Html().Add($"""
            <tr>
            <td data-label="Job"><strong>{job.Key.Name}</strong>{Schedules(job.Definition)}{Note(job.Definition.Description)}</td>
            <td data-label="Status">{Status(view)}</td>
            <td data-label="Previous run">{Previous(job.LastRun, zone)}</td>
            <td data-label="Next run">{Next(job, zone)}</td>
            <td data-label="Last verdict">{Verdict(job.LastDecision, zone)}</td>
            </tr>

            """);
    }

    private static Html? Note(string? text) =>
        string.IsNullOrEmpty(text) ? null : new Html().Add($"<span class=\"note\">{text}</span>");

    private static Html Schedules(JobDefinition definition)
    {
        var html = new Html();
        foreach (var schedule in definition.Schedules)
        {
            html.Add($"<span class=\"note\"><code>{schedule.Expression}</code> {schedule.TimeZone}</span>");
        }

        return html;
    }

    private Html Status(JobView view)
    {
        var word = view.Status();
        var html = new Html().Add($"<span class=\"badge {(view.Running > 0 ? "busy" : "idle")}\">{word}</span>");
        if (view.Job.Pause is { } pause)
        {
            var reason = string.IsNullOrEmpty(pause.Reason) ? string.Empty : $": {pause.Reason}";
            html.Add($" <span class=\"badge warn\">PAUSED</span><span class=\"note\">by {pause.By} {TimeWords.Relative(pause.At, model.Now)}{reason}</span>");
        }

        if (!view.Job.Definition.Enabled)
        {
            html.Add($" <span class=\"badge warn\">DISABLED</span>");
        }

        if (view.Live > view.Running)
        {
            html.Add($"<span class=\"note\">{view.Live - view.Running} waiting</span>");
        }

        return html;
    }

    private Html Previous(LastRun? run, TimeZoneInfo zone)
    {
        if (run is null)
        {
            return new Html().Add($"<span class=\"quiet\">never</span>");
        }

        var took = run.DurationMs() is { } ms ? $", took {TimeWords.Rough(TimeSpan.FromMilliseconds(ms))}" : string.Empty;
        return new Html().Add(
            $"<a class=\"{StateClass(run.State)}\" href=\"/api/runs/{run.Id}\">{run.State.ToText()}</a> {Time(run.StartedAt ?? run.EndedAt, zone)}<span class=\"note\">{TimeWords.Relative(run.EndedAt, model.Now)}{took}</span>");
    }

    private Html Next(Job job, TimeZoneInfo zone) => job switch
    {
        { NextDue: { } due } => new Html().Add($"{Time(due, zone)}<span class=\"note\">{TimeWords.Relative(due, model.Now)}</span>"),
        { Definition.Schedules.Count: 0 } => new Html().Add($"<span class=\"quiet\">only when triggered</span>"),
        { IsActive: false } => new Html().Add($"<span class=\"quiet\">not while {(job.Pause is null ? "disabled" : "paused")}</span>"),
        _ => new Html().Add($"<span class=\"quiet\">none</span>"),
    };

    private Html Verdict(LastDecision? decision, TimeZoneInfo zone) => decision is null
        ? new Html().Add($"<span class=\"quiet\">none yet</span>")
        : new Html().Add($"{Words.Text(decision.Verdict).Replace('_', ' ')}<span class=\"note\">for {Time(decision.DueAt, zone)}</span>");

    private Html? Queues()
    {
        if (model.Queues.Count == 0)
        {
            return null;
        }

        var rows = new Html();
        foreach (var queue in model.Queues)
        {
            rows.Add($"{Row(queue)}");
        }

        return new Html().Add($"""
            <section>
            <h2>Queues</h2>
            <table>
            <thead><tr><th>Queue</th><th>Waiting</th><th>Delayed</th><th>Running</th><th>Longest wait</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            </section>
            """);
    }

    private Html Row(QueueView queue)
    {
        var pause = queue.Pause is { } by
            ? new Html().Add($" <span class=\"badge warn\">PAUSED</span><span class=\"note\">by {by.By} {TimeWords.Relative(by.At, model.Now)}: {by.Reason}</span>")
            : null;
        var oldest = queue.Depth.OldestQueuedAt is { } since ? TimeWords.Rough(model.Now - since) : "–";
        return new Html().Add($"""
            <tr>
            <td data-label="Queue"><strong>{queue.Queue.Name}</strong>{pause}</td>
            <td data-label="Waiting">{queue.Depth.Queued}</td>
            <td data-label="Delayed">{queue.Depth.Scheduled}</td>
            <td data-label="Running">{queue.Depth.Running}</td>
            <td data-label="Longest wait">{oldest}</td>
            </tr>

            """);
    }

    private Html? Failures()
    {
        if (model.Failures.Count == 0)
        {
            return null;
        }

        var rows = new Html();
        foreach (var run in model.Failures)
        {
            var message = Redactor.Looks(run.Error?.Message ?? string.Empty);
            var shown = message.Length > LongestError ? $"{message[..LongestError]}…" : message;
            rows.Add($"""
                <tr>
                <td data-label="Run"><a class="failed" href="/api/runs/{run.Id}">{run.Job?.Value ?? run.Handler}</a><span class="note">{run.State.ToText()} after {run.Attempt} of {run.MaxAttempts}</span></td>
                <td data-label="Ended">{Time(run.EndedAt ?? run.EnqueuedAt, model.DefaultZone)}<span class="note">{TimeWords.Relative(run.EndedAt ?? run.EnqueuedAt, model.Now)}</span></td>
                <td data-label="Error"><span class="error">{shown}</span></td>
                </tr>

                """);
        }

        return new Html().Add($"""
            <section>
            <h2>Recent failures</h2>
            <table>
            <thead><tr><th>Run</th><th>Ended</th><th>Error</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            </section>
            """);
    }

    private static Html Empty() => new Html().Add($$$"""
        <section>
        <h2>No jobs yet</h2>
        <p>Put one here over HTTP:</p>
        <pre><code>curl -X PUT http://127.0.0.1:8080/api/jobs/hello -H 'Content-Type: application/json' \
          -d '{"schedule": "*/5 * * * *", "handler": "http", "payload": {"url": "https://example.com/"}}'</code></pre>
        <p>or write it into <code>silos.yaml</code> where Silos was started:</p>
        <pre><code>jobs:
          - name: hello
            schedule: "*/5 * * * *"
            handler: http
            payload: { url: "https://example.com/" }</code></pre>
        <p>or register it in C# with <code>AddSilos(silos =&gt; silos.AddJob&lt;Hello&gt;("hello", job =&gt; job.Cron("*/5 * * * *")))</code>.</p>
        </section>
        """);

    private Html Time(DateTimeOffset instant, TimeZoneInfo zone) => new Html().Add(
        $"<time datetime=\"{InstantText.Format(instant)}\" title=\"{InstantText.Format(instant)} ({zone.Id})\">{TimeWords.Local(instant, zone, model.Now)}</time>");

    private static string StateClass(RunState state) => state switch
    {
        RunState.Completed => "completed",
        RunState.Failed or RunState.Dead => "failed",
        _ => "other",
    };

    private TimeZoneInfo ZoneOf(JobDefinition definition)
    {
        var name = definition.Schedules.Select(schedule => schedule.TimeZone).FirstOrDefault(zone => zone is not null);
        return name switch
        {
            null => model.DefaultZone,
            "local" => TimeZoneInfo.Local,
            _ => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : model.DefaultZone,
        };
    }
}
