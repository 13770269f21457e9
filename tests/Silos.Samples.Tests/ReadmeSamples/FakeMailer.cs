namespace Silos.Samples.Tests.ReadmeSamples;

public sealed class FakeMailer : IMailer
{
    public List<string> Sent { get; } = [];

    public TimeProvider? Clock { get; set; }

    public TimeSpan Delay { get; set; }

    public async Task SendAsync(string address, string text, string idempotencyKey, CancellationToken cancellationToken)
    {
        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay, Clock!, cancellationToken);
        }

        Sent.Add(text);
    }
}
