using Silos.Workers;

namespace Silos.Samples.Tests.ReadmeSamples;

public sealed record WelcomeEmail(string Address, string Name);

public interface IMailer
{
    Task SendAsync(string address, string text, string idempotencyKey, CancellationToken cancellationToken);
}

public sealed class SendWelcomeEmail(IMailer mailer) : IJob<WelcomeEmail>
{
    public async Task RunAsync(WelcomeEmail payload, JobContext context, CancellationToken cancellationToken)
    {
        await context.StepAsync("send", token =>
            mailer.SendAsync(payload.Address, $"Welcome, {payload.Name}!", context.IdempotencyKey, token));
        await context.ReportProgressAsync(100, "sent");
    }
}
