using Silos.Handlers.Alarms;

namespace Silos.Handlers.Tests.Alarms;

public sealed class StandardWebhookTests
{
    /// <summary>The example of the standard's own libraries.</summary>
    [Fact]
    public void The_signature_is_the_standards()
    {
        Assert.True(StandardWebhook.TryReadSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var secret));
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            StandardWebhook.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1_614_265_330), """{"test": 2432232314}"""));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_c2hvcnQ=")]
    public void What_is_no_secret_is_refused(string? text) => Assert.False(StandardWebhook.TryReadSecret(text, out _));
}
