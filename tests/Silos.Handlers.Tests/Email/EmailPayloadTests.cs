using Microsoft.Extensions.Options;

namespace Silos.Handlers.Email;

public sealed class EmailPayloadTests
{
    [Theory]
    [InlineData("""{"subject":"s","text":"t"}""", "payload.to", "is missing")]
    [InlineData("""{"to":"nobody","subject":"s","text":"t"}""", "payload.to", "must be an address")]
    [InlineData("""{"to":"a@example.com, b@example.com","subject":"s","text":"t"}""", "payload.to", "several go into a list")]
    [InlineData("""{"to":"a@example.com\r\nBcc: b@example.com","subject":"s","text":"t"}""", "payload.to", "must not contain line breaks")]
    [InlineData("""{"to":"a@example.com","subject":"s\r\nBcc: b@example.com","text":"t"}""", "payload.subject", "must not contain line breaks")]
    [InlineData("""{"to":"a@example.com","subject":"{{x}}","text":"t","variables":{"x":"s\nBcc: b@example.com"}}""", "payload.subject", "also not from variables")]
    [InlineData("""{"to":"a@example.com","subject":"{{x}}","text":"t"}""", "payload.variables.x", "is missing, and payload.subject uses {{x}}")]
    [InlineData("""{"to":"a@example.com","subject":"s","html":"{{y}}"}""", "payload.variables.y", "is missing, and payload.html uses {{y}}")]
    [InlineData("""{"to":"a@example.com","subject":"s","html":"{{{y}}}","variables":{"y":"1"}}""", "payload.html", "must have variables like {{name}}")]
    [InlineData("""{"to":"a@example.com","subject":"s","text":"open {{"}""", "payload.text", "must have variables like {{name}}")]
    [InlineData("""{"to":"a@example.com","subject":"s"}""", "payload.template", "is missing")]
    [InlineData("""{"to":"a@example.com","subject":"s","template":"a","html":"b"}""", "payload.template", "must not come together")]
    [InlineData("""{"to":"a@example.com","subject":"s","template":"../../etc/passwd"}""", "payload.template", "without directories")]
    [InlineData("""{"to":"a@example.com","subject":"s","template":".."}""", "payload.template", "without directories")]
    [InlineData("""{"to":"a@example.com","subject":"s","text":"t","variables":{"x":{}}}""", "payload.variables.x", "must be a text, a number")]
    [InlineData("""{"to":"a@example.com","subject":"s","text":"t","variables":["x"]}""", "payload.variables", "must be a JSON object")]
    public void A_bad_payload_is_refused_before_it_is_stored(string payload, string field, string problem)
    {
        var found = new EmailHandler(Options.Create(new EmailHandlerOptions())).Check(JsonText.Parse(payload));

        Assert.Equal(field, found!.Field);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_recipients_are_refused()
    {
        var handler = new EmailHandler(Options.Create(new EmailHandlerOptions { MaxRecipients = 2 }));

        var problem = handler.Check(JsonText.Parse("""{"to":["a@x.example","b@x.example"],"cc":"c@x.example","subject":"s","text":"t"}"""));

        Assert.Contains("at most 2 are accepted", problem!.Problem, StringComparison.Ordinal);
    }
}
