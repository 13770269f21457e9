using System.Text.Json;
using Silos.Client.Json;
using Silos.Jobs;
using Silos.Queues;
using Silos.Schedules;

namespace Silos.Client.Jobs;

/// <summary>From JSON to a definition: strict, and every mistake at once.</summary>
internal static class JobDocumentReader
{
    private const int MostSchedules = 100;

    internal static JobDefinition? Read(JsonElement element, string path, string? name, ICollection<FieldProblem> problems)
    {
        var before = problems.Count;
        if (JsonFields.Open(element, path, problems) is not { } job)
        {
            return null;
        }

        var given = job.Name("name", required: name is null);
        if (given is not null && name is not null && given != name)
        {
            job.Report("name", given, $"must equal the name in the address, '{FieldProblem.Shorten(name)}', or be left out");
        }

        var defaults = new JobDefinition { Name = default, Handler = string.Empty };
        var description = job.Text("description", 2_000);
        var handler = job.Name("handler", required: true);
        var schedules = Schedules(job, problems);
        var payload = job.Json("payload");
        var (retry, maxAttempts) = Retry(job);
        var definition = defaults with
        {
            Description = description,
            Handler = handler ?? string.Empty,
            Schedules = schedules,
            Payload = payload,
            Timeout = job.Duration("timeout", TimeSpan.FromMilliseconds(1)),
            Retry = retry ?? RetryPolicy.Default,
            MaxAttempts = maxAttempts,
            Overlap = Overlap(job),
            CatchUp = CatchUp(job),
            Queue = job.Name("queue") is { } queue ? QueueName.Parse(queue) : QueueName.Default,
            Priority = (int)(job.Number("priority", -1_000, 1_000) ?? 0),
            Enabled = job.Flag("enabled") ?? true,
            Tags = job.NamesOf("tags", 20),
            PauseAfterFailures = (int?)job.Number("pauseAfterFailures", 1, 1_000_000),
            ConcurrencyKey = job.Text("concurrencyKey", 200),
            ConcurrencyLimit = (int)(job.Number("concurrencyLimit", 1, 1_000_000) ?? 1),
            LateAfter = job.Duration("lateAfter") ?? defaults.LateAfter,
            ExpectSuccessWithin = job.TryGet("expectSuccessWithin", out var within) && within.ValueKind == JsonValueKind.String && within.ValueEquals("never")
                ? Timeout.InfiniteTimeSpan
                : job.Duration("expectSuccessWithin", TimeSpan.FromSeconds(1)),
            Keep = Keep(job),
            Startup = job.Word<StartupMode>("startup") ?? StartupMode.None,
        };
        job.Close();

        // Only now is the name known to be one.
        return problems.Count == before && JobName.TryParse(name ?? given, out var jobName)
            ? definition with { Name = jobName }
            : Refused(job, name, problems, before);
    }

    private static JobDefinition? Refused(JsonFields job, string? name, ICollection<FieldProblem> problems, int before)
    {
        if (problems.Count == before && !Names.IsValid(name, out var problem))
        {
            job.Report("name", name, problem);
        }

        return null;
    }

    private static List<ScheduleSpec> Schedules(JsonFields job, ICollection<FieldProblem> problems)
    {
        var one = job.TryGet("schedule", out var single);
        var many = job.TryGet("schedules", out var list);
        var common = Options(job, new ScheduleSpec { Expression = string.Empty });
        var specs = new List<ScheduleSpec>();
        if (one && many)
        {
            job.Report("schedules", null, "must not be given together with 'schedule'");
            return specs;
        }

        if (one)
        {
            Add(specs, Schedule(single, job.PathOf("schedule"), common, problems));
        }
        else if (many && list.ValueKind == JsonValueKind.Array)
        {
            if (list.GetArrayLength() > MostSchedules)
            {
                job.Report("schedules", null, $"must have at most {MostSchedules} entries, not {list.GetArrayLength()}");
                return specs;
            }

            var index = 0;
            foreach (var item in list.EnumerateArray())
            {
                Add(specs, Schedule(item, $"{job.PathOf("schedules")}[{index++}]", common, problems));
            }
        }
        else if (many)
        {
            problems.Add(JsonFields.Wrong(job.PathOf("schedules"), list, "a list of schedules"));
        }

        return specs;
    }

    private static void Add(List<ScheduleSpec> specs, ScheduleSpec? spec)
    {
        if (spec is not null)
        {
            specs.Add(spec);
        }
    }

    private static ScheduleSpec? Schedule(
        JsonElement element, string path, ScheduleSpec common, ICollection<FieldProblem> problems)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return JsonFields.TextOf(element, path, 1_000, problems) is { } text ? common with { Expression = text } : null;
        }

        if (JsonFields.Open(element, path, problems, "a schedule: text like \"0 2 * * *\", or an object with an expression") is not { } fields)
        {
            return null;
        }

        var expression = fields.Text("expression", 1_000, required: true);
        var spec = Options(fields, common) with { Expression = expression ?? string.Empty };
        fields.Close();
        return expression is null ? null : spec;
    }

    private static ScheduleSpec Options(JsonFields fields, ScheduleSpec common) => common with
    {
        TimeZone = fields.Text("timeZone", 100) ?? common.TimeZone,
        DaylightSaving = fields.Word<DaylightSavingRule>("daylightSaving") ?? common.DaylightSaving,
        StartAt = fields.Instant("startAt") ?? common.StartAt,
        EndAt = fields.Instant("endAt") ?? common.EndAt,
        MaxOccurrences = fields.Number("maxOccurrences", 1, long.MaxValue) ?? common.MaxOccurrences,
        Jitter = fields.Duration("jitter") ?? common.Jitter,
        Calendars = fields.TryGet("calendars", out _) ? fields.NamesOf("calendars", 20) : common.Calendars,
    };

    /// <summary>Reads <c>retry</c>. One that says nothing but how many attempts there are leaves the back-off to the handler.</summary>
    internal static (RetryPolicy? Policy, int? MaxAttempts) Retry(JsonFields job)
    {
        if (!job.TryGet("retry", out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            return (null, (int?)job.NumberOf(value, "retry", 1, 1_000));
        }

        if (job.Object("retry") is not { } retry)
        {
            return default;
        }

        var attempts = (int?)retry.Number("maxAttempts", 1, 1_000);
        var first = retry.Duration("initialInterval");
        var coefficient = retry.Real("coefficient", 1, 100);
        var longest = retry.Duration("maxInterval");
        var jitter = retry.Flag("jitter");
        var errors = retry.TryGet("nonRetryableErrors", out _) ? retry.NamesOf("nonRetryableErrors", 50) : null;
        retry.Close();
        if ((first, coefficient, longest, jitter, errors) is (null, null, null, null, null))
        {
            return (null, attempts);
        }

        var policy = RetryPolicy.Default;
        var initial = first ?? policy.InitialInterval;
        if (longest < initial)
        {
            retry.Report(
                "maxInterval", DurationText.Format(longest.Value), $"must not be shorter than initialInterval ({DurationText.Format(initial)})");
        }

        return (new RetryPolicy
        {
            MaxAttempts = attempts ?? policy.MaxAttempts,
            InitialInterval = initial,
            Coefficient = coefficient ?? policy.Coefficient,
            MaxInterval = longest ?? (initial > policy.MaxInterval ? initial : policy.MaxInterval),
            Jitter = jitter ?? policy.Jitter,
            NonRetryableErrors = errors ?? [],
        }, null);
    }

    private static OverlapPolicy Overlap(JsonFields job)
    {
        var policy = OverlapPolicy.Default;
        if (!job.TryGet("overlap", out var value))
        {
            return policy;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return policy with { Mode = job.Word<OverlapMode>("overlap") ?? policy.Mode };
        }

        if (job.Object("overlap") is not { } overlap)
        {
            return policy;
        }

        var limit = overlap.Number("limit", 1, int.MaxValue);
        policy = new OverlapPolicy
        {
            Mode = overlap.Word<OverlapMode>("mode") ?? (limit is null ? policy.Mode : OverlapMode.Allow),
            Limit = (int)(limit ?? policy.Limit),
        };
        if (limit is not null && policy.Mode != OverlapMode.Allow)
        {
            overlap.Report("limit", limit, "has a meaning only with the mode allow");
        }

        overlap.Close();
        return policy;
    }

    private static CatchUpPolicy CatchUp(JsonFields job)
    {
        var policy = CatchUpPolicy.Default;
        if (!job.TryGet("catchUp", out var value))
        {
            return policy;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return policy with { Mode = job.Word<CatchUpMode>("catchUp") ?? policy.Mode };
        }

        if (job.Object("catchUp") is not { } catchUp)
        {
            return policy;
        }

        policy = new CatchUpPolicy
        {
            Mode = catchUp.Word<CatchUpMode>("policy") ?? policy.Mode,
            Window = catchUp.Duration("window") ?? policy.Window,
            Tolerance = catchUp.Duration("tolerance") ?? policy.Tolerance,
        };
        catchUp.Close();
        return policy;
    }

    private static KeepPolicy Keep(JsonFields job)
    {
        if (job.Object("keep") is not { } keep)
        {
            return KeepPolicy.Default;
        }

        var policy = new KeepPolicy
        {
            Completed = keep.Duration("completed"),
            Failed = keep.Duration("failed"),
            MaxRuns = (int?)keep.Number("maxRuns", 0, int.MaxValue),
            DeleteOnSuccess = keep.Flag("deleteOnSuccess") ?? false,
        };
        keep.Close();
        return policy;
    }
}
