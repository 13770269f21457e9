using Silos.Secrets;

namespace Silos.Core.Tests.Secrets;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("password", true)]
    [InlineData("smtp_PASSWORD", true)]
    [InlineData("apiKey", true)]
    [InlineData("api-key", true)]
    [InlineData("X-Api-Key", true)]
    [InlineData("client_secret", true)]
    [InlineData("refresh_token", true)]
    [InlineData("Authorization", true)]
    [InlineData("ConnectionString", true)]
    [InlineData("tokens", false)]
    [InlineData("tokenCount", false)]
    [InlineData("concurrencyKey", false)]
    [InlineData("idempotencyKey", false)]
    [InlineData("name", false)]
    public void A_name_tells_whether_its_value_is_secret(string name, bool secret) => Assert.Equal(secret, SecretNames.IsSecret(name));

    [Theory]
    [InlineData("""{"user":"ann","password":"hush"}""", """{"user":"ann","password":"[redacted]"}""")]
    [InlineData("""{"a":[{"Api_Key":5,"n":1.50}]}""", """{"a":[{"Api_Key":"[redacted]","n":1.50}]}""")]
    [InlineData("""{"credentials":{"user":"ann"}}""", """{"credentials":"[redacted]"}""")]
    [InlineData("""{"\u0070assword":"hush"}""", """{"password":"[redacted]"}""")]
    [InlineData("""{"password":null,"token":"","secret":false}""", """{"password":null,"token":"","secret":false}""")]
    [InlineData("""{ "tokens":  [1,  2], "key": "k" }""", """{ "tokens":  [1,  2], "key": "k" }""")]
    [InlineData("\"text\"", "\"text\"")]
    public void Values_under_secret_names_are_hidden_and_the_rest_stays_as_written(string json, string shown) =>
        Assert.Equal(shown, new Redactor().Json(JsonText.Parse(json)).Text);

    [Theory]
    [InlineData("password=hush next", "password=[redacted] next")]
    [InlineData("{\"password\": \"hu sh\", \"a\": 1}", "{\"password\": [redacted], \"a\": 1}")]
    [InlineData("Host=db;Password=hush;Port=5432", "Host=db;Password=[redacted];Port=5432")]
    [InlineData("Authorization: Bearer abcdefgh.ijkl", "Authorization: [redacted] [redacted]")]
    [InlineData("sent Bearer abcdefgh.ijkl to it", "sent Bearer [redacted] to it")]
    [InlineData("postgres://ann:hush@host/db", "postgres://ann:[redacted]@host/db")]
    [InlineData("attempt token=12 of run", "attempt token=12 of run")]
    [InlineData("System.Threading.CancellationToken cancellationToken)", "System.Threading.CancellationToken cancellationToken)")]
    [InlineData("The key 'x' must be short: at most 5", "The key 'x' must be short: at most 5")]
    [InlineData("monkey: banana, concurrencyKey=a", "monkey: banana, concurrencyKey=a")]
    public void What_looks_like_a_credential_is_hidden_in_text(string text, string shown) => Assert.Equal(shown, Redactor.Looks(text));

    [Fact]
    public void Our_own_keys_keep_only_what_they_are_called_by()
    {
        var token = Silos.Keys.KeyToken.New();
        Assert.Equal($"with silos_{token.Id}_[redacted].", Redactor.Looks($"with {token.Text}."));
    }

    [Fact]
    public void Registered_values_are_hidden_everywhere_and_short_ones_are_not_taken()
    {
        var redactor = new Redactor();
        Assert.False(redactor.Register("short"));
        Assert.False(redactor.Register(null));
        Assert.True(redactor.Register("long-secret"));
        Assert.True(redactor.Register("long-secret-and-more"));

        Assert.Equal("a [redacted] b [redacted] c", redactor.Values("a long-secret-and-more b long-secret c"));
        Assert.Equal("""{"x":["y [redacted]"]}""", redactor.Json(JsonText.Parse("""{"x":["y long-secret"]}""")).Text);
    }

    [Fact]
    public void What_was_shown_can_be_written_again()
    {
        var stored = JsonText.Parse("""{"url":"a","auth":{"password":"hush"},"list":[{"apiKey":"k1"},{"apiKey":"k2"}]}""");
        var shown = new Redactor().Json(stored);
        Assert.DoesNotContain("hush", shown.Text, StringComparison.Ordinal);
        Assert.Equal(stored, Redactor.Restore(shown, stored, "payload"));

        var changed = JsonText.Parse(shown.Text.Replace("\"url\":\"a\"", "\"url\":\"b\"", StringComparison.Ordinal));
        Assert.Equal(stored.Text.Replace("\"url\":\"a\"", "\"url\":\"b\"", StringComparison.Ordinal), Redactor.Restore(changed, stored, "payload").Text);
        var exception = Assert.Throws<InvalidException>(() => Redactor.Restore(shown, null, "payload"));
        Assert.Equal("payload.auth.password", exception.Problems[0].Field);
    }

    [Fact]
    public void What_says_the_same_as_what_is_stored_is_that_to_the_last_blank()
    {
        var stored = JsonText.Parse("""{"url": "a",  "password":"hush", "n": 1.0}""");
        Assert.Equal(stored, Redactor.Restore(JsonText.Parse("""{"n":1.0,"password":"[redacted]","url":"a"}"""), stored, "payload"));
    }

    [Theory]
    [InlineData("""{"url":"evil","headers":{"Authorization":"[redacted]"}}""")]
    [InlineData("""{"headers":{"Authorization":"[redacted]"}}""")]
    [InlineData("""{"url":"good","headers":{"Authorization":"[redacted]","X":"y"}}""")]
    [InlineData("""{"url":"good","more":1,"headers":{"Authorization":"[redacted]"}}""")]
    [InlineData("""{"url":"evil","url":"good","headers":{"Authorization":"[redacted]"}}""")]
    public void Who_may_not_change_the_rest_gets_secrets_for_what_is_stored_alone(string given)
    {
        var stored = JsonText.Parse("""{"url":"good","headers":{"Authorization":"hush"}}""");

        var exception = Assert.Throws<InvalidException>(() => Redactor.Restore(JsonText.Parse(given), stored, "payload", mayChange: false));

        Assert.Equal("payload.headers.Authorization", Assert.Single(exception.Problems).Field);
        Assert.DoesNotContain("hush", exception.Message, StringComparison.Ordinal);
        Assert.Equal(stored, Redactor.Restore(JsonText.Parse("""{"headers":{"Authorization":"[redacted]"},"url":"good"}"""), stored, "payload", mayChange: false));
        var own = JsonText.Parse("""{"url":"evil","headers":{"Authorization":"mine"}}""");
        Assert.Equal(own, Redactor.Restore(own, stored, "payload", mayChange: false));
    }
}
