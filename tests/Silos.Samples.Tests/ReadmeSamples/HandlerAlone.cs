using Microsoft.Extensions.DependencyInjection;
using Silos.Testing;

namespace Silos.Samples.Tests.ReadmeSamples;

public sealed class SendWelcomeEmailTests
{
    private readonly FakeMailer _mailer = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_one_mail_and_says_so()
    {
        var outcome = await Runner().RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Completed, outcome.Status);
        Assert.Equal([new JobProgress(100, "sent")], outcome.Progress);
        Assert.Equal("Welcome, Ada!", Assert.Single(_mailer.Sent));
    }

    [Fact]
    public async Task A_retry_does_not_send_again()
    {
        var runner = Runner().CancelAt(CancelMoment.AfterStep);
        var first = await runner.RunAsync(Cancelled);
        var second = await runner.RetryOf(first).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Completed, second.Status);
        Assert.Single(_mailer.Sent);
    }

    [Fact]
    public async Task A_mail_server_that_hangs_is_given_up_after_the_timeout()
    {
        _mailer.Delay = TimeSpan.FromHours(1);

        var outcome = await Runner().WithTimeout(TimeSpan.FromSeconds(30)).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.TimedOut, outcome.Status);
        Assert.Equal(TimeSpan.FromSeconds(30), outcome.Elapsed);
        Assert.True(outcome.WouldRetry);
    }

    private JobRunner Runner() => JobRunner
        .For<SendWelcomeEmail, WelcomeEmail>(services => services.AddSingleton<IMailer>(provider =>
        {
            _mailer.Clock = provider.GetRequiredService<TimeProvider>();
            return _mailer;
        }))
        .WithPayload(new WelcomeEmail("ada@example.org", "Ada"));
}
