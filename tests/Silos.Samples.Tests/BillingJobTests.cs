using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Silos.Samples.Billing;
using Silos.Samples.Tests.Support;
using Silos.Testing;

namespace Silos.Samples.Tests;

public sealed class BillingJobTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invoice_is_made_zipped_and_sent()
    {
        using var world = await SampleWorld.CreateAsync();

        var made = (await world.Run("generate-invoice").WithPayload(new GenerateInvoice(1)).RunAsync(Cancelled)).EnsureCompleted();
        var zipped = (await world.Run("invoice_zip").WithPayload(new ZipInvoices([1, 99])).RunAsync(Cancelled)).EnsureCompleted();
        (await world.Run("invoice_email").WithPayload(new SendInvoice(1)).RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal("""{"invoiceId":1,"number":"2025-11-00001"}""", made.Result?.Text);
        Assert.Equal("invoice 99", Assert.Single(zipped.ItemErrors).Item);
        await using var archive = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(world.Settings.Exports)), Cancelled);
        Assert.Equal("2025-11-00001.txt", Assert.Single(archive.Entries).Name);
        Assert.Equal("books@northwind.example|Your invoice 2025-11-00001", Assert.Single(world.Rows("select recipient, subject from outbox")));
    }

    [Fact]
    public async Task A_cycle_that_does_not_exist_is_not_tried_again()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = await world.Run("generate-invoice").WithPayload(new GenerateInvoice(77)).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Failed, outcome.Status);
        Assert.False(outcome.WouldRetry);
        Assert.Equal("billingCycleId 77 does not exist; no retry can help.", outcome.Error?.Message);
    }

    [Fact]
    public async Task A_payload_of_another_shape_is_refused_before_the_handler_runs()
    {
        using var world = await SampleWorld.CreateAsync();

        var refused = await Assert.ThrowsAsync<InvalidException>(
            () => world.Run("generate-invoice").WithJson("""{"billingCycleId":"seven"}""").RunAsync(Cancelled));

        Assert.Contains("invalid job payload structure", refused.Message, StringComparison.Ordinal);
        Assert.Contains("billingCycleId", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_an_archive_is_never_left_behind()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = await world.Run("invoice_zip").WithPayload(new ZipInvoices([1, 2])).CancelAt(CancelMoment.AfterProgress).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Cancelled, outcome.Status);
        Assert.Empty(Directory.GetFiles(world.Settings.Exports));
    }

    [Fact]
    public async Task A_row_without_a_tag_does_not_stop_an_import()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = (await world.Run("asset_import").WithPayload(new ImportAssets(1)).RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal(["A-1|Laptop", "A-2|Screen"], world.Rows("select tag, name from assets order by tag"));
        Assert.Equal("""{"processed":3,"failed":1}""", outcome.Result?.Text);
        Assert.Equal("row 2", Assert.Single(outcome.ItemErrors).Item);
    }

    [Fact]
    public async Task An_expired_credit_is_taken_from_the_balance_once()
    {
        using var world = await SampleWorld.CreateAsync();

        await world.Run("expired-credits").RunTwiceAsync(Cancelled);

        Assert.Equal(["3000", "999"], world.Rows("select balance_cents from clients order by id"));
        Assert.Equal("1|expiration|-2000", Assert.Single(world.Rows("select credit_id, kind, amount_cents from credit_transactions")));
    }

    [Fact]
    public async Task Clients_are_told_once_about_credits_that_expire_soon()
    {
        using var world = await SampleWorld.CreateAsync();

        var (first, second) = await world.Run("expiring-credits-notification").RunTwiceAsync(Cancelled);

        Assert.Equal(("2", "0"), (first.Result?.Text, second.Result?.Text));
        Assert.Contains("Northwind: 30.00 expire on 2026-01-04.", world.Rows("select body from outbox"));
    }

    [Fact]
    public async Task A_wrong_balance_is_corrected_and_told()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = (await world.Run("credit-reconciliation").RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal(["5000", "1000"], world.Rows("select balance_cents from clients order by id"));
        Assert.Contains(outcome.Log, line => line.Text == "Client 2: balance 999 corrected to 1000 (cents)");
    }

    [Fact]
    public async Task Usage_is_the_sum_of_the_time_entries()
    {
        using var world = await SampleWorld.CreateAsync();

        await world.Run("reconcile-bucket-usage").RunAsync(Cancelled);

        Assert.Equal("75", Assert.Single(world.Rows("select used_minutes from buckets")));
    }

    [Fact]
    public async Task Only_what_is_old_or_expired_is_cleaned_up()
    {
        using var world = await SampleWorld.CreateAsync();

        await world.Run("cleanup-temporary-workflow-forms").RunAsync(Cancelled);
        await world.Run("cleanup-ai-session-keys").RunAsync(Cancelled);

        Assert.Equal(["2", "3"], world.Rows("select id from workflow_forms order by id"));
        Assert.Equal(["2"], world.Rows("select id from ai_session_keys"));
    }

    [Fact]
    public async Task A_calendar_that_refuses_does_not_keep_the_others_from_being_renewed()
    {
        using var world = await SampleWorld.CreateAsync();
        world.Execute("insert into calendar_subscriptions (provider, resource, expires_at) values ('microsoft', 'refused', '2026-01-01T00:00:00.000Z')");
        await using var runner = JobRunner.ForRegistered("renew-microsoft-calendar-webhooks", silos =>
        {
            silos.Services.AddSingleton<ICalendarProviders, FakeCalendars>();
            world.Register(silos);
        });

        var outcome = (await runner.RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal("""{"processed":1,"failed":1}""", outcome.Result?.Text);
        Assert.Equal("2026-01-04T12:00:00.000Z", Assert.Single(world.Rows("select expires_at from calendar_subscriptions where resource = 'calendar-1'")));
    }

    [Fact]
    public async Task A_calendar_that_hangs_is_given_up_after_the_jobs_timeout()
    {
        using var world = await SampleWorld.CreateAsync();
        await using var runner = JobRunner.ForRegistered("verify-google-calendar-pubsub", silos =>
        {
            silos.Services.AddSingleton<ICalendarProviders, FakeCalendars>();
            world.Register(silos);
        });

        var outcome = await runner.RunAsync(Cancelled);

        Assert.Equal((JobRunStatus.TimedOut, TimeSpan.FromMinutes(1)), (outcome.Status, outcome.Elapsed));
    }

    [Fact]
    public async Task Cycles_and_periods_are_created_up_to_where_they_are_needed()
    {
        using var world = await SampleWorld.CreateAsync();
        world.Execute("insert into contract_lines (client_id, description, amount_cents, starts_on, ends_on) values (1, 'Ended', 1, '2025-10-31', '2025-12-31')");

        await world.Run("createClientContractLineCycles").RunAsync(Cancelled);
        await world.Run("createNextTimePeriods").RunAsync(Cancelled);

        Assert.Equal(
            ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"], world.Rows("select starts_on from billing_cycles where line_id = 1 order by 1"));
        Assert.Equal(
            ["2025-10-31", "2025-11-30", "2025-12-31"], world.Rows("select starts_on from billing_cycles where line_id = 3 order by 1"));
        Assert.Equal(["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"], world.Rows("select starts_on from time_periods order by 1"));
    }

    private sealed class FakeCalendars(TimeProvider clock) : ICalendarProviders
    {
        public Task<DateTimeOffset> RenewMicrosoftAsync(string resource, CancellationToken cancellationToken) => resource == "refused"
            ? throw new HttpRequestException("403")
            : Task.FromResult(clock.GetUtcNow().AddDays(3));

        public async Task<bool> EnsureGooglePubSubAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromHours(1), clock, cancellationToken);
            return true;
        }
    }
}
