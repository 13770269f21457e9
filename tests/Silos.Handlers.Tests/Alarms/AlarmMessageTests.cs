using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Silos.Alarms;
using Silos.Handlers.Alarms;
using Silos.Handlers.Email;
using Silos.Jobs;
using Silos.Queues;
using Silos.Stores;
using Silos.Testing;
using Silos.Workers;

namespace Silos.Handlers.Tests.Alarms;

/// <summary>What is sent about an alarm: what is stored of it, and nothing that a run says.</summary>
public sealed class AlarmMessageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TenantId Acme = TenantId.Parse("acme");

    private readonly DirectoryInfo _pickup = Directory.CreateTempSubdirectory("silos-alarms");
    private readonly InMemoryStore _store = new(new InMemoryDatabase());

    private static Alarm Silent => new()
    {
        Tenant = Acme,
        Kind = AlarmKind.Silent,
        Job = JobName.Parse("night {{ly}}"),
        DueAt = Noon,
        Since = Noon.AddHours(1),
        Text = "Job 'night {{ly}}' was due and has not succeeded since.",
    };

    public async ValueTask InitializeAsync() => await _store.OpenAsync(exclusive: true, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _pickup.Delete(recursive: true);
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task An_email_says_what_is_stored_in_the_words_of_its_time()
    {
        var ended = Silent with { EndedAt = Noon.AddHours(2) };
        var again = Silent with
        {
            DueAt = Noon.AddHours(3),
            Since = Noon.AddHours(4),
            Text = "Once more.",
            Earlier = [new AlarmEpisode(ended.DueAt, ended.Since, ended.EndedAt!.Value, ended.Text)],
        };
        await SaveAsync(again);

        var begin = await MailAsync(Silent);
        var end = await MailAsync(ended);
        var second = await MailAsync(again);

        Assert.Equal("Alarm: job night {{ly}} (silent)", begin.Subject);
        Assert.Equal(
            "Job 'night {{ly}}' was due and has not succeeded since.\n\nTenant: acme\nDue: 2026-03-02 12:00:00 UTC\nFound: 2026-03-02 13:00:00 UTC", begin.Text);
        Assert.Contains("To: ops@example.com", begin.Head, StringComparison.Ordinal);
        Assert.Equal("Over: job night {{ly}} (silent)", end.Subject);
        Assert.StartsWith("It is over since 2026-03-02 14:00:00 UTC. It was: Job 'night {{ly}}' was due", end.Text, StringComparison.Ordinal);
        Assert.StartsWith("Once more.", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_email_about_a_queue_names_the_queue()
    {
        var backlog = Silent with { Kind = AlarmKind.Backlog, Job = null, Queue = QueueName.Parse("mail") };
        await SaveAsync(backlog);
        Assert.Equal("Alarm: queue mail (backlog)", (await MailAsync(backlog)).Subject);
    }

    [Theory]
    [InlineData("""{"kind":"Silent","name":"other","since":"2026-03-02T13:00:00+00:00","isEnd":false}""")]
    [InlineData("""{"kind":"Slow","name":"night {{ly}}","since":"2026-03-02T13:00:00+00:00","isEnd":false}""")]
    [InlineData("""{"kind":"Silent","name":"night {{ly}}","since":"2026-03-02T13:00:01+00:00","isEnd":false}""")]
    [InlineData("""{"kind":"Silent","name":"night {{ly}}","since":"2026-03-02T13:00:00+00:00","isEnd":true}""")]
    [InlineData("""{"kind":"Silent"}""")]
    [InlineData("""{"type":"silos.alarm.ended","data":{"tenant":"acme"}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task What_never_was_is_told_nobody(string payload)
    {
        await SaveAsync(Silent);
        await RefusedAsync(new FakeJobContext(payload) { Whose = Acme });
    }

    [Fact]
    public async Task The_alarm_of_another_tenant_is_told_nobody()
    {
        await SaveAsync(Silent);
        await RefusedAsync(new FakeJobContext(AlarmNote.Of(Silent).Text) { Whose = TenantId.Default });

        // Nor where somebody got a record under the key of another tenant.
        var moved = new Setting(Alarm.SettingKind, Alarm.KeyOf(TenantId.Default, AlarmKind.Silent, Silent.Job!.Value.Value), JsonText.From(Silent));
        Assert.NotNull(await _store.Settings.TrySaveAsync(moved, TestContext.Current.CancellationToken));
        await RefusedAsync(new FakeJobContext(AlarmNote.Of(Silent).Text) { Whose = TenantId.Default });
    }

    [Fact]
    public async Task A_webhook_that_cannot_be_reached_does_not_tell_the_tenant_where_it_is()
    {
        await SaveAsync(Silent);
        using var handler = Webhook();
        var error = await Assert.ThrowsAsync<HttpRequestException>(
            () => handler.RunAsync(new FakeJobContext(AlarmNote.Of(Silent).Text) { Whose = Acme }, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("127.0.0.1", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_asks_for_a_run_that_names_the_alarm_and_without_an_address_for_none()
    {
        var webhook = new AlarmWebhookChannel(Options.Create(new AlarmWebhookOptions { Url = "https://example.com/" })).Tell(Silent)!;
        var email = new AlarmEmailChannel(Options.Create(new AlarmEmailOptions { To = ["ops@example.com"] })).Tell(Silent)!;
        Assert.Equal(("alarm_webhook", "alarm_email"), (webhook.Handler, email.Handler));
        Assert.Equal(
            """{"kind":"Silent","name":"night {{ly}}","since":"2026-03-02T13:00:00+00:00","isEnd":false}""", System.Text.RegularExpressions.Regex.Unescape(email.Payload!.Value.Text));
        Assert.Equal(12, email.Retry!.MaxAttempts);
        Assert.Null(new AlarmWebhookChannel(Options.Create(new AlarmWebhookOptions())).Tell(Silent));
        Assert.Null(new AlarmEmailChannel(Options.Create(new AlarmEmailOptions())).Tell(Silent));
    }

    private static string Decode(string header) => header.StartsWith("=?utf-8?B?", StringComparison.Ordinal)
        ? string.Concat(header.Split(' ').Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2]))))
        : header;

    private async Task SaveAsync(Alarm alarm) => Assert.NotNull(await _store.Settings.TrySaveAsync(
        new Setting(Alarm.SettingKind, alarm.Key, JsonText.From(alarm)), TestContext.Current.CancellationToken));

    private async Task<(string Head, string Subject, string Text)> MailAsync(Alarm told)
    {
        await Mail().RunAsync(new FakeJobContext(AlarmNote.Of(told).Text) { Whose = told.Tenant }, TestContext.Current.CancellationToken);
        var file = Assert.Single(_pickup.GetFiles("*.eml"));
        var message = (await File.ReadAllTextAsync(file.FullName, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        file.Delete();
        var parts = message.Split("\n\n", 2);
        var subject = parts[0].Split("\nSubject: ")[1].Split('\n')[0];
        return (parts[0], Decode(subject), Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].ReplaceLineEndings(string.Empty))).ReplaceLineEndings("\n"));
    }

    private async Task RefusedAsync(FakeJobContext context)
    {
        using var webhook = Webhook();
        await Assert.ThrowsAsync<NonRetryableException>(() => Mail().RunAsync(context, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<NonRetryableException>(() => webhook.RunAsync(context, TestContext.Current.CancellationToken));
        Assert.Empty(_pickup.GetFiles());
    }

    private AlarmEmailHandler Mail() => new(
        Options.Create(new AlarmEmailOptions { To = ["ops@example.com"] }),
        Options.Create(new EmailHandlerOptions { From = "silos@example.com", PickupDirectory = _pickup.FullName }),
        _store);

    /// <summary>To nowhere: what is tried to be sent fails in another way than what is refused.</summary>
    private AlarmWebhookHandler Webhook() => new(
        Options.Create(new AlarmWebhookOptions { Url = "http://127.0.0.1:9/", Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }),
        _store,
        NullLogger<AlarmWebhookHandler>.Instance);
}
