using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Silos.Handlers.Alarms;
using Silos.Handlers.Command;
using Silos.Handlers.DataProcessing;
using Silos.Handlers.Email;
using Silos.Handlers.Http;
using Silos.Workers;

namespace Silos.Handlers;

public sealed class RegistrationTests
{
    [Fact]
    public void All_are_registered_under_their_keys_and_say_what_they_are_for()
    {
        var handlers = Handlers(silos => silos.AddReadyMadeHandlers());

        Assert.Equal(["http", "command", "email", "data_processing", "alarm_webhook", "alarm_email"], handlers.Select(handler => handler.Key));
        Assert.All(handlers, handler => Assert.NotNull(handler.Description));
        Assert.Equal(["alarm_webhook", "alarm_email"], handlers.Where(handler => handler.Reserved).Select(handler => handler.Key));
    }

    [Fact]
    public void Adding_a_handler_twice_adds_it_once_with_both_configurations()
    {
        using var provider = Provider(silos => silos
            .AddReadyMadeHandlers(http: options => options.AllowedHosts.Add("intranet"))
            .AddHttpHandler(options => options.AllowPrivateNetworks = true, handler => handler.Retry(7).MaxConcurrency(2)));

        var handler = Assert.Single(provider.GetServices<HandlerRegistration>(), handler => handler.Key == "http");
        var options = provider.GetRequiredService<IOptions<HttpHandlerOptions>>().Value;
        Assert.Equal((7, 2), (handler.Retry!.MaxAttempts, handler.MaxConcurrency));
        Assert.True(options.AllowPrivateNetworks);
        Assert.Equal(["intranet"], options.AllowedHosts);
    }

    [Fact]
    public void Options_are_read_from_their_sections()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Silos:Handlers:Http:AllowedNetworks:0"] = "10.1.0.0/16",
            ["Silos:Handlers:Command:Enabled"] = "true",
            ["Silos:Handlers:Command:AllowedExecutables:0"] = "/bin/echo",
            ["Silos:Handlers:Email:Host"] = "mail.example.com",
            ["Silos:Handlers:Email:Security"] = "Implicit",
            ["Silos:Handlers:Email:From"] = "jobs@example.com",
            ["Silos:Handlers:DataProcessing:MaxBadRows"] = "5",
        }).Build();
        using var provider = Provider(silos =>
        {
            silos.Services.Configure<HttpHandlerOptions>(configuration.GetSection(HttpHandlerOptions.Section));
            silos.Services.Configure<CommandHandlerOptions>(configuration.GetSection(CommandHandlerOptions.Section));
            silos.Services.Configure<EmailHandlerOptions>(configuration.GetSection(EmailHandlerOptions.Section));
            silos.Services.Configure<DataProcessingHandlerOptions>(configuration.GetSection(DataProcessingHandlerOptions.Section));
            silos.AddReadyMadeHandlers();
        });

        Assert.Equal(["10.1.0.0/16"], provider.GetRequiredService<IOptions<HttpHandlerOptions>>().Value.AllowedNetworks);
        Assert.Equal(["/bin/echo"], provider.GetRequiredService<IOptions<CommandHandlerOptions>>().Value.AllowedExecutables);
        Assert.Equal(465, provider.GetRequiredService<IOptions<EmailHandlerOptions>>().Value.EffectivePort);
        Assert.Equal(5, provider.GetRequiredService<IOptions<DataProcessingHandlerOptions>>().Value.MaxBadRows);
    }

    [Fact]
    public void Wrong_options_stop_the_start_and_say_what_would_be_right()
    {
        AssertRefused(
            silos => silos.AddHttpHandler(options => options.AllowedNetworks.Add("10.0.0.0/33")),
            "AllowedNetworks '10.0.0.0/33' must be a network in CIDR form");
        AssertRefused(
            silos => silos.AddHttpHandler(options => options.AllowedHosts.Add("http://intranet/")),
            "AllowedHosts 'http://intranet/' must be a host");
        AssertRefused(silos => silos.AddHttpHandler(options => options.Timeout = TimeSpan.Zero), "Timeout");
        AssertRefused(
            silos => silos.AddCommandHandler(options => options.AllowedExecutables.Add("bin/tool")),
            "AllowedExecutables 'bin/tool' must be an absolute path or a bare name");
        AssertRefused(silos => silos.AddEmailHandler(options => options.Host = "mail.example.com"), "From '' must be an address");
        AssertRefused(
            silos => silos.AddEmailHandler(options =>
                (options.Host, options.From, options.User, options.Password, options.Security) =
                ("mail.example.com", "a@example.com", "me", "secret", SmtpSecurity.None)),
            "Security 'None' must be StartTls or Implicit when User is set");
        AssertRefused(
            silos => silos.AddDataProcessingHandler(options => options.DataDirectory = "/no/such/place"),
            "DataDirectory '/no/such/place' must be a directory that exists");
    }

    [Fact]
    public void Alarms_that_could_not_be_sent_stop_the_start()
    {
        AssertRefused(
            Alarms(email => email.To = ["ops@example.com"]),
            "Silos:Alarms:Email:To is set, and there is no mail server to send with: set Silos:Handlers:Email:Host and Silos:Handlers:Email:From");
        AssertRefused(Alarms(email => email.To = ["nobody"]), "Silos:Alarms:Email:To ('nobody') must be an address such as ops@example.com");
        AssertRefused(Alarms(webhook: webhook => webhook.Url = "example.com"), "Silos:Alarms:Webhook:Url ('example.com') must be an address");
        AssertRefused(
            Alarms(webhook: webhook => (webhook.Url, webhook.Secret) = ("https://example.com/", "whsec_c2hvcnQ=")),
            "Silos:Alarms:Webhook:Secret must be whsec_ and base64 of 24 to 64 bytes");
        foreach (var mail in new Action<EmailHandlerOptions>[] { mail => mail.Host = "mail.example.com", mail => mail.PickupDirectory = "/tmp" })
        {
            using var provider = Provider(silos =>
            {
                Alarms(email => email.To = ["ops@example.com"])(silos);
                silos.AddEmailHandler(options =>
                {
                    options.From = "silos@example.com";
                    mail(options);
                });
            });
            provider.GetRequiredService<IStartupValidator>().Validate();
        }

        static Action<ISilosBuilder> Alarms(Action<AlarmEmailOptions>? email = null, Action<AlarmWebhookOptions>? webhook = null) => silos =>
        {
            silos.AddAlarmChannels();
            silos.Services.Configure(email ?? (static _ => { }));
            silos.Services.Configure(webhook ?? (static _ => { }));
        };
    }

    [Theory]
    [InlineData("http")]
    [InlineData("email")]
    [InlineData("data_processing")]
    [InlineData("command")]
    public void A_payload_without_the_right_structure_is_refused_before_it_is_stored(string key)
    {
        var handler = Handlers(silos => silos.AddReadyMadeHandlers(command: options => options.Enabled = true))
            .Single(handler => handler.Key == key);

        Assert.All(["null", "[]", "\"text\"", "{}"], payload =>
            Assert.Contains("invalid job payload structure", handler.Check(JsonText.Parse(payload))!.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_payload_that_is_wrong_all_the_same_fails_its_run_without_a_retry()
    {
        var handler = Handlers(silos => silos.AddHttpHandler()).Single();

        var error = await Assert.ThrowsAsync<NonRetryableException>(() =>
            handler.Invoke(new FakeJobContext("""{"url":"ftp://example.com/"}"""), TestContext.Current.CancellationToken));

        Assert.StartsWith("payload.url 'ftp://example.com/' must be an absolute http or https address", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url":"https://example.com/","metod":"GET"}""", "payload.metod", "is not a field of this handler's payload; known are url")]
    [InlineData("""{"url":"https://example.com/","url":"https://example.org/"}""", "payload", "without repeated fields")]
    [InlineData("""{"url":5}""", "payload.url", "must be a text")]
    [InlineData("""{"url":"https://example.com/","timeout":"5"}""", "payload.timeout", "must be a duration above zero")]
    public void What_is_wrong_is_told_with_its_place(string payload, string field, string problem)
    {
        var found = Handlers(silos => silos.AddHttpHandler()).Single().Check(JsonText.Trusted(payload));

        Assert.Equal(field, found!.Field);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
    }

    private static void AssertRefused(Action<ISilosBuilder> add, string message)
    {
        using var provider = Provider(add);
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static List<HandlerRegistration> Handlers(Action<ISilosBuilder> add) =>
        [.. Provider(add).GetServices<HandlerRegistration>()];

    private static ServiceProvider Provider(Action<ISilosBuilder> add)
    {
        var builder = new Builder();
        add(builder);
        return builder.Services.BuildServiceProvider(validateScopes: true);
    }

    private sealed class Builder : ISilosBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
