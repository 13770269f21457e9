using System.Text;
using Microsoft.Extensions.Options;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Engine.Jobs;

/// <summary>Checks what people write to register a job and tells every mistake at once.</summary>
internal sealed class JobValidation(ScheduleWorld world, HandlerRegistry handlers, IOptions<EngineOptions> options)
{
    private const int MostSchedules = 100;

    /// <summary>Checks a definition that somebody gives.</summary>
    /// <exception cref="InvalidException">Something is wrong; it has every problem found.</exception>
    /// <exception cref="TooLargeException">The payload is too large.</exception>
    public void Check(JobDefinition definition)
    {
        var problems = Problems(definition);
        if (problems.Count > 0)
        {
            throw new InvalidException(problems);
        }
    }

    /// <summary>Finds what is wrong with a definition; empty if nothing is.</summary>
    /// <exception cref="TooLargeException">The payload is too large.</exception>
    public IReadOnlyList<FieldProblem> Problems(JobDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var check = new FieldCheck();
        check.Name("name", definition.Name.Value);
        Handler(check, definition);
        check.Text("description", definition.Description, 4_000);
        Schedules(check, definition);
        check.Name("queue", definition.Queue.Value);
        check.Between("priority", definition.Priority, -1_000, 1_000);
        check.Positive("timeout", definition.Timeout);
        check.Retry("retry", definition.Retry);
        check.Attempts("retry.maxAttempts", definition.MaxAttempts);
        check.AtLeast("overlap.limit", definition.Overlap.Limit, 1);
        check.NotNegative("catchUp.window", definition.CatchUp.Window);
        check.NotNegative("catchUp.tolerance", definition.CatchUp.Tolerance);
        check.NotNegative("keep.completed", definition.Keep.Completed);
        check.NotNegative("keep.failed", definition.Keep.Failed);
        check.AtLeast("keep.maxRuns", definition.Keep.MaxRuns, 0);
        check.AtLeast("pauseAfterFailures", definition.PauseAfterFailures, 1);
        check.Key("concurrencyKey", definition.ConcurrencyKey);
        check.AtLeast("concurrencyLimit", definition.ConcurrencyLimit, 1);
        check.NotNegative("lateAfter", definition.LateAfter);
        if (definition.ExpectSuccessWithin is { } within && within != Timeout.InfiniteTimeSpan)
        {
            check.Positive("expectSuccessWithin", within);
        }

        check.Tags("tags", definition.Tags);
        check.Known("overlap.mode", definition.Overlap.Mode);
        check.Known("catchUp.mode", definition.CatchUp.Mode);
        check.Known("startup", definition.Startup);
        return check.Problems;
    }

    /// <summary>Checks a payload against its size and its handler.</summary>
    /// <exception cref="TooLargeException">It is too large.</exception>
    public void Payload(FieldCheck check, JsonText? payload, string handler)
    {
        if (payload is { } json)
        {
            var size = Encoding.UTF8.GetByteCount(json.Text);
            if (size > options.Value.MaxPayloadBytes)
            {
                throw new TooLargeException("payload", size, options.Value.MaxPayloadBytes);
            }
        }

        if (handlers.FindOrRemember(handler)?.Check(payload ?? default) is { } problem)
        {
            check.Add(problem);
        }
    }

    private void Handler(FieldCheck check, JobDefinition definition)
    {
        check.Handler(handlers, definition.Handler);

        // A job that is only ever triggered may get its payload from whoever triggers it.
        if (definition.Handler is not null && (definition.Payload is not null || definition.Schedules.Count > 0))
        {
            Payload(check, definition.Payload, definition.Handler);
        }
    }

    private void Schedules(FieldCheck check, JobDefinition definition)
    {
        if (definition.Schedules.Count > MostSchedules)
        {
            check.Add("schedules", definition.Schedules.Count, $"must be at most {MostSchedules}");
            return;
        }

        for (var i = 0; i < definition.Schedules.Count; i++)
        {
            if (definition.Schedules[i] is not { Expression: not null } schedule)
            {
                check.Add($"schedules[{i}].expression", null, "must not be empty");
            }
            else if (!CompiledSchedule.TryCompile(schedule, world.Environment, definition.Name.Value, out _, out var problem))
            {
                check.Add(problem.In(schedule, $"schedules[{i}]."));
            }
        }
    }
}
