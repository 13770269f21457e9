using Silos.Jobs;
using Silos.Keys;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Jobs;

/// <summary>Takes payloads back that were shown without their secrets, and puts those of the stored job where the marks stand.</summary>
internal static class ShownPayload
{
    /// <summary>
    /// Of a trigger: somebody changed the payload that they were shown. Who may not change the job gets its secrets used with the job's own payload only, or
    /// they could have them sent to wherever they like.
    /// </summary>
    /// <exception cref="InvalidException">A mark stands for nothing, or for what this caller may not use.</exception>
    public static async Task<TriggerOptions> RestoreAsync(
        ISilosClient client, JobKey key, TriggerOptions trigger, Caller caller, CancellationToken cancellationToken)
    {
        if (!IsMarked(trigger.Payload))
        {
            return trigger;
        }

        var job = await client.GetAsync(key, cancellationToken);
        var payload = Redactor.Restore(trigger.Payload!.Value, job.Job.Definition.Payload, "payload", mayChange: caller.Role >= Role.Admin);
        return trigger with { Payload = payload };
    }

    /// <summary>Of the jobs of a file: each has what is stored under its name.</summary>
    /// <exception cref="InvalidException">Marks stand for nothing; all of them are named.</exception>
    public static async Task<IReadOnlyList<JobDefinition>> RestoreAsync(
        ISilosStore store, TenantId tenant, IReadOnlyList<JobDefinition> jobs, CancellationToken cancellationToken)
    {
        var restored = new JobDefinition[jobs.Count];
        var problems = new List<FieldProblem>();
        for (var i = 0; i < restored.Length; i++)
        {
            restored[i] = jobs[i];
            if (!IsMarked(jobs[i].Payload))
            {
                continue;
            }

            var stored = await store.Jobs.FindAsync(new JobKey(tenant, jobs[i].Name), cancellationToken);
            try
            {
                restored[i] = jobs[i] with { Payload = Redactor.Restore(jobs[i].Payload!.Value, stored?.Definition.Payload, $"jobs[{i}].payload") };
            }
            catch (InvalidException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count > 0 ? throw new InvalidException(problems) : restored;
    }

    private static bool IsMarked(JsonText? payload) => payload is { } given && given.Text.Contains(Redactor.Mark, StringComparison.Ordinal);
}
