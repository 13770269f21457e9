using System.Text.Json;
using System.Text.Json.Nodes;
using Silos.Client.Jobs;

namespace Silos.Cli.Import;

/// <summary>Reads recurring jobs of Hangfire: C# code that registers them, or the hashes of its storage as JSON or CSV.</summary>
internal sealed class HangfireImport : IImport
{
    private const string KeyPrefix = "recurring-job:";

    /// <inheritdoc/>
    public void Read(string file, string text, Translation into)
    {
        var before = into.Jobs.Count + into.LeftOut;
        var start = text.TrimStart();
        if (start.StartsWith('[') || start.StartsWith('{'))
        {
            Json(file, start, into);
        }
        else if (start.Contains("AddOrUpdate", StringComparison.Ordinal))
        {
            foreach (var job in HangfireCode.Read(file, text, into))
            {
                Add(file, job, into);
            }
        }
        else
        {
            Hashes(file, CsvRows(start), into);
        }

        if (into.Jobs.Count + into.LeftOut == before)
        {
            throw CliException.Usage(
                $"{file} has no recurring job; give it C# code with RecurringJob.AddOrUpdate, or the rows of HangFire.Hash whose key begins with {KeyPrefix} (key, field, value) as JSON or CSV");
        }

        into.Remark("Hangfire retries ten times unless [AutomaticRetry] says otherwise; the jobs say retry: 11");
        into.Remark("Hangfire lets a job overlap itself unless [DisableConcurrentExecution] says otherwise; the jobs say overlap: allow");
    }

    private static void Json(string file, string text, Translation into)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(text);
        }
        catch (JsonException exception)
        {
            throw CliException.Usage($"{file} is not JSON: {exception.Message.TrimEnd('.')}");
        }

        var items = (root as JsonArray ?? [root?.DeepClone()]).OfType<JsonObject>().ToList();
        if (items.TrueForAll(item => Get(item, "field") is not null))
        {
            Hashes(file, items.Select(item => (Get(item, "key") ?? string.Empty, Get(item, "field")!, Get(item, "value") ?? string.Empty)), into);
            return;
        }

        // What IStorageConnection.GetRecurringJobs() looks like when it is serialised.
        foreach (var item in items)
        {
            Add(file, HangfireJob.Of(Get(item, "id") ?? "job", name => name == "Job" ? Find(item, name)?.ToJsonString() : Get(item, name)), into);
        }
    }

    private static void Hashes(string file, IEnumerable<(string Key, string Field, string Value)> rows, Translation into)
    {
        foreach (var job in rows.Where(row => row.Key.Contains(KeyPrefix, StringComparison.Ordinal)).GroupBy(row => row.Key[(row.Key.IndexOf(KeyPrefix, StringComparison.Ordinal) + KeyPrefix.Length)..]))
        {
            var fields = job.DistinctBy(row => row.Field).ToDictionary(row => row.Field, row => row.Value, StringComparer.OrdinalIgnoreCase);
            Add(file, HangfireJob.Of(job.Key, fields.GetValueOrDefault), into);
        }
    }

    private static void Add(string file, HangfireJob job, Translation into)
    {
        var place = $"{file}: recurring job {job.Id}";
        if (job.Cron is null)
        {
            into.LeaveOut(place, job.Problem ?? "it has no cron expression");
            return;
        }

        into.Remark($"{place}: register {job.Method} as the handler '{job.Handler}'{(job.Arguments is null ? string.Empty : "; it is given its arguments as a list")}");
        into.Add(
            new JobDocument
            {
                Name = job.Id,
                Handler = job.Handler,
                Schedules = job.Cron.Length == 0 ? [] : [new ScheduleDocument { Expression = job.Cron, TimeZone = ZoneNames.Iana(job.TimeZone) }],
                Payload = job.Arguments,
                Queue = job.Queue == "default" ? null : job.Queue,
                Retry = new RetryDocument { MaxAttempts = 11 },
                Overlap = new OverlapDocument { Mode = "allow" },
                CatchUp = job.Misfire is null ? null : new CatchUpDocument { Policy = job.Misfire, Window = "1h" },
            },
            place);
        if (DayOfMonthAndWeek(job.Cron))
        {
            into.Remark($"{place}: '{job.Cron}' restricts the day of the month and of the week; Hangfire wants both to fit, here either is enough");
        }
    }

    private static bool DayOfMonthAndWeek(string cron)
    {
        var fields = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 5 && !fields[^3].StartsWith('*') && fields[^3] != "?" && !fields[^1].StartsWith('*') && fields[^1] != "?";
    }

    private static IEnumerable<(string Key, string Field, string Value)> CsvRows(string text)
    {
        foreach (var row in Csv.Read(text))
        {
            // Whatever stands around them, key, field and value come in this order.
            var at = row.FindIndex(cell => cell.Contains(KeyPrefix, StringComparison.Ordinal));
            if (at >= 0 && row.Count >= at + 3)
            {
                yield return (row[at], row[at + 1], row[at + 2]);
            }
        }
    }

    private static JsonNode? Find(JsonObject item, string name) =>
        item.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string? Get(JsonObject item, string name) => Find(item, name) is JsonValue value ? value.ToString() : null;
}
