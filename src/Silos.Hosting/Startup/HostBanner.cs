using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Keys;
using Silos.Stores;

namespace Silos.Hosting;

/// <summary>What a person sees once the process is up: where it listens, what it keeps where, and what to try.</summary>
internal static class HostBanner
{
    public static async Task<string> WriteAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var plan = app.Services.GetRequiredService<HostPlan>();
        var roles = app.Services.GetRequiredService<IOptions<EngineOptions>>().Value.Roles;
        var store = app.Services.GetRequiredService<ISilosStore>();
        var jobs = await store.Jobs.CountAsync(TenantId.Default, cancellationToken);
        var examples = app.Services.GetRequiredService<ExampleJobs>();
        var file = app.Services.GetRequiredService<JobsFileReloader>();
        var url = app.Urls.FirstOrDefault() ?? ListenAddresses.Default;
        var key = !AccessSettings.IsClosed(app.Configuration) ? string.Empty : " -H \"Authorization: Bearer $KEY\"";

        var text = new StringBuilder()
            .Append(System.Globalization.CultureInfo.InvariantCulture, $"\nSilos {HostHelp.Version} is up\n\n")
            .Append(Line("listens", string.Join(' ', app.Urls)))
            .Append(Line("store", plan.Store.Description))
            .Append(Line("jobs", $"{jobs}{Origin(jobs, file, examples)}"));
        foreach (var line in app.Services.GetServices<BannerLine>())
        {
            text.Append(Line(line.Word, line.Text));
        }

        if (AccessSettings.NeedsStoredKey(app.Configuration)
            && (await store.Keys.ListAsync(new KeyQuery(null, app.Services.GetRequiredKeyedService<TimeProvider>(SilosClock.Key).GetUtcNow()) { Limit = 1 }, cancellationToken)).Count == 0)
        {
            text.Append(Line("keys", "none yet, so nobody gets in: run this program with 'keys create'"));
        }

        if (roles != SilosRoles.All)
        {
            text.Append(Line("roles", roles.ToString().ToLowerInvariant()));
        }

        if (roles.HasFlag(SilosRoles.Api))
        {
            var job = await SampleAsync(app.Services.GetRequiredService<ISilosClient>(), examples, cancellationToken);
            text.Append(Line("try", $"curl -s{key} {url}/api/jobs"))
                .Append(Line(string.Empty, $"curl -s{key} {url}/api/jobs/{job}/explain"))
                .Append(Line(string.Empty, $"curl -s{key} {url}/api/jobs/{job}/trigger -H 'Content-Type: application/json' -d '{{\"wait\": true}}'"))
                .Append(Line(string.Empty, $"a browser at {url}/"));
        }

        return text.Append('\n').ToString();
    }

    private static string Origin(int jobs, JobsFileReloader file, ExampleJobs examples)
    {
        if (examples.Active)
        {
            return $", the examples; write {HostSettings.DefaultJobsFile} here to have your own";
        }

        return file.Applied switch
        {
            null => string.Empty,
            { } applied when file.AppliedJobs >= jobs => $", from {applied.Name}",
            { } applied => $", {file.AppliedJobs} of them from {applied.Name}",
        };
    }

    private static async Task<string> SampleAsync(ISilosClient client, ExampleJobs examples, CancellationToken cancellationToken)
    {
        if (examples.Active)
        {
            return "example-report";
        }

        var jobs = await client.ListAsync(new JobQuery(TenantId.Default, Limit: 1), cancellationToken);
        return jobs.Count == 0 ? "NAME" : Uri.EscapeDataString(jobs[0].Job.Key.Name.Value);
    }

    private static string Line(string word, string text) => $"  {word,-9}{text}\n";
}
