using Silos.Workers;

namespace Silos.TestSilo;

/// <summary>Leaves a row when it begins and marks it when it stops, however it stops.</summary>
internal static class EffectHandler
{
    public static async Task RunAsync(EffectOrder order, JobContext context, CancellationToken cancellationToken)
    {
        var table = context.Services.GetRequiredService<EffectsTable>();
        await table.BeginAsync(context, order.Key, cancellationToken);
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(order.Ms), context.Clock, cancellationToken);
        }
        finally
        {
            // Also when it was cancelled: whoever checks a limit has to know until when the work went on.
            await table.EndAsync(context, CancellationToken.None);
        }
    }
}
