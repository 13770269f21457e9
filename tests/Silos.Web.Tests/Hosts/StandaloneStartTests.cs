using System.Net;
using Microsoft.Extensions.Configuration;
using Silos.Hosting;
using Silos.Standalone;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Hosts;

/// <summary>What one start leaves for the next.</summary>
public sealed class StandaloneStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("silos-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_jobs_file_that_was_renamed_takes_its_jobs_along()
    {
        const string jobs = "jobs:\n  - name: nightly\n    schedule: \"0 1 * * *\"\n    handler: noop\n";
        var first = Path.Combine(_folder, "first.yaml");
        var second = Path.Combine(_folder, "second.yaml");
        await File.WriteAllTextAsync(first, jobs, ApiCaller.Cancelled);
        await WithHostAsync(first, async api => Assert.Equal("file:first.yaml", await SourceAsync(api)));
        File.Move(first, second);
        await WithHostAsync(second, async api => Assert.Equal("file:second.yaml", await SourceAsync(api)));

        static async Task<string?> SourceAsync(ApiCaller api) =>
            (await api.GetAsync("/api/jobs/nightly")).Is(HttpStatusCode.OK).GetProperty("source").GetString();
    }

    [Fact]
    public async Task A_job_of_the_API_that_the_environment_switches_off_is_paused_until_a_start_without_that()
    {
        const string variable = "ENABLE_SWITCHED_JOB_OF_A_TEST";
        const string job = "/api/jobs/switched-job-of-a-test";
        const string body = """{"handler":"noop","schedule":"* * * * *"}""";
        await WithHostAsync(null, async api => (await api.PutAsync(job, body)).Is(HttpStatusCode.Created));
        try
        {
            Environment.SetEnvironmentVariable(variable, "false");
            await WithHostAsync(null, async api =>
            {
                await IsOffAsync(api);
                (await api.SendAsync(HttpMethod.Delete, job, null)).Is(HttpStatusCode.NoContent);
                (await api.PutAsync(job, body)).Is(HttpStatusCode.Created);
                await IsOffAsync(api);
            });
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        await WithHostAsync(null, async api =>
        {
            var shown = (await api.GetAsync(job)).Is(HttpStatusCode.OK);
            Assert.False(shown.TryGetProperty("pause", out _));
            Assert.True(shown.TryGetProperty("nextDue", out _));
        });

        static async Task IsOffAsync(ApiCaller api)
        {
            var shown = (await api.GetAsync(job)).Is(HttpStatusCode.OK);
            Assert.False(shown.TryGetProperty("nextDue", out _));
            var pause = shown.GetProperty("pause");
            Assert.Equal(("environment", $"{variable}=false"), (pause.GetProperty("by").GetString(), pause.GetProperty("reason").GetString()));
        }
    }

    private async Task WithHostAsync(string? jobsFile, Func<ApiCaller, Task> act)
    {
        var arguments = new HostArguments
        {
            Store = "sqlite",
            Database = Path.Combine(_folder, "silos.db"),
            JobsFile = jobsFile,
            Urls = "http://127.0.0.1:0",
        };
        await using var app = StandaloneHost.Build(arguments, builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestSettings.All);
            builder.Services.AddSilos(silos => silos.AddTestHandlers());
        });
        await app.StartAsync(ApiCaller.Cancelled);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await act(new ApiCaller(http));
        await app.StopAsync(ApiCaller.Cancelled);
    }
}
