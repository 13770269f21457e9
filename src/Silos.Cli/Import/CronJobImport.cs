using System.Text.Json.Nodes;
using Silos.Client.Jobs;
using Silos.Schedules;

namespace Silos.Cli.Import;

/// <summary>Reads CronJobs of Kubernetes: manifests, or what <c>kubectl get cronjobs -o yaml</c> prints.</summary>
internal sealed class CronJobImport : IImport
{
    private const int DefaultBackoffLimit = 6;

    // What a pod has that a process of the server has not.
    private static readonly string[] OfPods = ["volumes", "serviceAccountName", "nodeSelector", "affinity", "tolerations", "initContainers", "securityContext", "imagePullSecrets"];
    private static readonly string[] OfContainers = ["resources", "volumeMounts", "envFrom", "securityContext", "ports", "livenessProbe"];

    /// <inheritdoc/>
    public void Read(string file, string text, Translation into)
    {
        var before = into.Jobs.Count + into.LeftOut;
        foreach (var document in YamlDocuments.Read(file, text))
        {
            var items = document["items"] is JsonArray list ? list.OfType<JsonObject>() : [document];
            foreach (var item in items)
            {
                Item(file, item, into);
            }
        }

        if (into.Jobs.Count + into.LeftOut == before)
        {
            throw CliException.Usage($"{file} has no CronJob; give it manifests, or the output of 'kubectl get cronjobs -o yaml'");
        }
    }

    private static void Item(string file, JsonObject item, Translation into)
    {
        var kind = Text(item["kind"]);
        var name = Text(item["metadata"]?["name"]) ?? "cronjob";
        if (kind != "CronJob")
        {
            into.Remark($"{file}: {kind ?? "an object without kind"} '{name}' is no CronJob and is passed over");
            return;
        }

        var place = $"{file}: CronJob {name}";
        if (item["spec"] is not JsonObject spec || Text(spec["schedule"]) is not { } schedule)
        {
            into.LeaveOut(place, "it has no spec.schedule");
            return;
        }

        var (expression, zone) = Zone(schedule, Text(spec["timeZone"]));
        var jobSpec = spec["jobTemplate"]?["spec"] as JsonObject ?? [];
        var (payload, known) = Command(place, jobSpec["template"]?["spec"] as JsonObject ?? [], into);
        var attempts = (Number(jobSpec["backoffLimit"]) ?? DefaultBackoffLimit) + 1;
        var suspended = spec["suspend"] is JsonValue value && value.TryGetValue<bool>(out var off) && off;
        into.Add(
            new JobDocument
            {
                Name = Text(item["metadata"]?["namespace"]) is { } space and not "default" ? $"{space}.{name}" : name,
                Description = Text(item["metadata"]?["annotations"]?["description"]),
                Schedules = [new ScheduleDocument { Expression = expression, TimeZone = zone }],
                Handler = CommandLines.Handler,
                Payload = JsonText.Parse(payload.ToJsonString()),
                Timeout = Number(jobSpec["activeDeadlineSeconds"]) is { } seconds ? DurationText.Format(TimeSpan.FromSeconds(seconds)) : null,
                Retry = attempts == 1
                    ? new RetryDocument { MaxAttempts = 1 }
                    : new RetryDocument { MaxAttempts = (int)attempts, InitialInterval = "10s", Coefficient = 2, MaxInterval = "6m" },
                Overlap = Text(spec["concurrencyPolicy"]) switch
                {
                    "Forbid" => null,
                    "Replace" => new OverlapDocument { Mode = "cancel_running" },
                    _ => new OverlapDocument { Mode = "allow" },
                },
                CatchUp = Number(spec["startingDeadlineSeconds"]) is { } deadline
                    ? new CatchUpDocument { Policy = "last", Window = DurationText.Format(TimeSpan.FromSeconds(deadline)) }
                    : new CatchUpDocument { Policy = "last", Window = "24h" },
                Keep = Keep(spec),
                Enabled = suspended || !known ? false : null,
            },
            place);
        Rest(place, spec, jobSpec, into);
    }

    private static void Rest(string place, JsonObject spec, JsonObject jobSpec, Translation into)
    {
        into.Remark(CommandLines.Advice);
        if (spec["startingDeadlineSeconds"] is null)
        {
            into.Remark($"{place}: without startingDeadlineSeconds Kubernetes starts the last missed one whenever that was; here within 24 hours");
        }

        if (jobSpec["activeDeadlineSeconds"] is not null)
        {
            into.Remark($"{place}: activeDeadlineSeconds holds for all attempts together there, for each attempt here (timeout)");
        }

        foreach (var name in new[] { "completions", "parallelism" })
        {
            if (Number(jobSpec[name]) > 1)
            {
                into.Remark($"{place}: {name} has no equivalent; let the job enqueue as many runs");
            }
        }

        if (jobSpec["ttlSecondsAfterFinished"] is not null)
        {
            into.Remark($"{place}: ttlSecondsAfterFinished has no exact equivalent; see keep.completed and keep.failed");
        }
    }

    private static (JsonObject Payload, bool Known) Command(string place, JsonObject pod, Translation into)
    {
        var containers = (pod["containers"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var container = containers.FirstOrDefault() ?? [];
        if (containers.Count > 1)
        {
            into.Remark($"{place}: only the first of its {containers.Count} containers is translated");
        }

        var without = OfPods.Where(name => pod[name] is not null).Concat(OfContainers.Where(name => container[name] is not null)).ToList();
        into.Remark($"{place}: the image {Text(container["image"]) ?? "(none)"} has no equivalent: its program has to be where the server runs"
            + (without.Count > 0 ? $"; neither have {string.Join(", ", without)}" : string.Empty));
        var words = Texts(container["command"]).Concat(Texts(container["args"])).ToList();
        var known = Texts(container["command"]).Any();
        if (!known)
        {
            into.Remark($"{place}: the image runs its own entry point, which is not in the manifest; the job is disabled until its command is written");
            words.Insert(0, Text(container["name"]) ?? "program");
        }

        var payload = new JsonObject { ["command"] = words[0] };
        if (words.Count > 1)
        {
            payload["arguments"] = new JsonArray([.. words.Skip(1).Select(word => (JsonNode)word)]);
        }

        var environment = new JsonObject();
        foreach (var variable in (container["env"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var name = Text(variable["name"]) ?? string.Empty;
            if (Text(variable["value"]) is { } value)
            {
                environment[name] = value;
            }
            else
            {
                into.Remark($"{place}: the variable {name} comes from elsewhere (valueFrom); set it for the server and name it in Silos:Handlers:Command:PassEnvironment");
            }
        }

        if (environment.Count > 0)
        {
            payload["environment"] = environment;
        }

        if (Text(container["workingDir"]) is { } directory)
        {
            payload["workingDirectory"] = directory;
        }

        return (payload, known);
    }

    private static KeepDocument? Keep(JsonObject spec)
    {
        var succeeded = Number(spec["successfulJobsHistoryLimit"]);
        var failed = Number(spec["failedJobsHistoryLimit"]);
        return succeeded is null && failed is null ? null : new KeepDocument { MaxRuns = (int)((succeeded ?? 3) + (failed ?? 1)) };
    }

    // Before there was a field for it, people wrote the zone in front.
    private static (string Expression, string? Zone) Zone(string schedule, string? zone)
    {
        foreach (var prefix in new[] { "CRON_TZ=", "TZ=" })
        {
            if (schedule.StartsWith(prefix, StringComparison.Ordinal) && schedule.Split(' ', 2) is [var first, var rest])
            {
                return (rest.Trim(), first[prefix.Length..]);
            }
        }

        return (schedule, zone);
    }

    private static string? Text(JsonNode? node) => node is JsonValue ? node.ToString() : null;

    private static IEnumerable<string> Texts(JsonNode? node) => (node as JsonArray ?? []).Select(Text).OfType<string>();

    private static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}
