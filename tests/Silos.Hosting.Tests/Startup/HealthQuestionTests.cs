using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Silos.Hosting.Tests.Startup;

public sealed class HealthQuestionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://+:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://*:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://[::]:8080", "http://[::1]:8080/health/ready")]
    [InlineData("http://localhost:5000", "http://127.0.0.1:5000/health/ready")]
    [InlineData("http://silos.example.com:80", "http://127.0.0.1:80/health/ready")]
    [InlineData("https://192.168.1.5:8443", "https://192.168.1.5:8443/health/ready")]
    [InlineData("http://unix:/run/silos.sock", "http://localhost/health/ready")]
    public void An_address_to_listen_on_becomes_one_to_ask_at(string listens, string asked) =>
        Assert.Equal(new Uri(asked), HealthQuestion.Url(BindingAddress.Parse(listens)));

    [Theory]
    [InlineData("http://127.0.0.1:8080", null, null)]
    [InlineData("http://+:9000", "https://+:9443;http://+:9000", null)]
    [InlineData("https://+:9443", "https://+:9443", null)]
    [InlineData("http://+:7000", "http://+:9000", "http://+:7000")]
    public void It_is_asked_where_it_listens(string expected, string? urls, string? kestrel)
    {
        var settings = new Dictionary<string, string?> { ["urls"] = urls, ["Kestrel:Endpoints:Web:Url"] = kestrel };

        Assert.Equal(BindingAddress.Parse(expected), ListenAddresses.ToAsk(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    [InlineData(HttpStatusCode.Found, false)]
    public async Task Only_a_process_that_says_so_is_ready(HttpStatusCode status, bool ready)
    {
        await using var app = await AnswerAsync("http://127.0.0.1:0", status);

        var answer = await HealthQuestion.AskAsync(BindingAddress.Parse(app.Urls.Single()), Token);

        Assert.Equal(ready, answer.Ready);
        Assert.EndsWith($"/health/ready: {(int)status} a word", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_file_is_asked_too()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var url = $"http://unix:{Path.Combine(folder.FullName, "silos.sock")}";
            await using var app = await AnswerAsync(url, HttpStatusCode.OK);

            Assert.True((await HealthQuestion.AskAsync(BindingAddress.Parse(url), Token)).Ready);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Nobody_there_is_not_ready()
    {
        string url;
        await using (var app = await AnswerAsync("http://127.0.0.1:0", HttpStatusCode.OK))
        {
            url = app.Urls.Single();
        }

        var output = Console.Error;
        var written = new StringWriter();
        Console.SetError(written);
        try
        {
            Assert.Equal(ExitCode.Failure, await SilosProgram.RunAsync(["--health", "--urls", url], _ => throw new InvalidOperationException("It is asked, not started.")));
        }
        finally
        {
            Console.SetError(output);
        }

        Assert.StartsWith($"{url}/health/ready: Connection refused", written.ToString(), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> AnswerAsync(string url, HttpStatusCode status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.MapGet(HealthQuestion.Path, () => Results.Text("a word", statusCode: (int)status));
        await app.StartAsync(Token);
        return app;
    }
}
