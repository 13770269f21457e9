using System.Text.Json;
using System.Text.Json.Nodes;
using Silos.Cli.Output;
using Silos.Client.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary>Definitions as a jobs file, in the short forms that people write.</summary>
internal static class JobsYaml
{
    /// <summary>Writes a jobs file.</summary>
    public static string Write(IEnumerable<JobDocument> jobs) =>
        YamlWriter.Write(JsonSerializer.SerializeToElement(File(jobs), JsonTypes.Default.JsonObject));

    /// <summary>Shows a jobs file in the form that programs want.</summary>
    public static void Show(ResultWriter output, IEnumerable<JobDocument> jobs) =>
        output.Show(File(jobs), JsonTypes.Default.JsonObject, text => text.Line(Write(jobs)));

    /// <summary>Writes one definition without its name.</summary>
    public static string Body(JobDocument job)
    {
        var body = Shorten(job);
        body.Remove("name");
        body.Remove("description");
        return YamlWriter.Write(JsonSerializer.SerializeToElement(body, JsonTypes.Default.JsonObject));
    }

    private static JsonObject File(IEnumerable<JobDocument> jobs) => new() { ["jobs"] = new JsonArray([.. jobs.Select(Shorten)]) };

    private static JsonObject Shorten(JobDocument job)
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(job, ClientJson.Default.JobDocument)!;
        ShortenSchedules(json);
        ShortenTo(json, "retry", "maxAttempts");
        ShortenTo(json, "overlap", "mode");
        if (json["catchUp"] is JsonObject { } catchUp && (string?)catchUp["window"] == "1h")
        {
            catchUp.Remove("window");
        }

        ShortenTo(json, "catchUp", "policy");
        return json;
    }

    private static void ShortenSchedules(JsonObject json)
    {
        if (json["schedules"] is not JsonArray schedules)
        {
            return;
        }

        if (schedules.Count == 0)
        {
            json.Remove("schedules");
            return;
        }

        // A zone that all of them have is the job's.
        var zones = schedules.Select(schedule => (string?)schedule!["timeZone"]).Distinct().ToList();
        if (zones is [{ } zone])
        {
            json.Insert(json.IndexOf("schedules") + 1, "timeZone", zone);
            foreach (var schedule in schedules)
            {
                ((JsonObject)schedule!).Remove("timeZone");
            }
        }

        for (var i = 0; i < schedules.Count; i++)
        {
            if (schedules[i] is JsonObject { Count: 1 } only)
            {
                schedules[i] = (string?)only["expression"];
            }
        }
    }

    private static void ShortenTo(JsonObject json, string name, string member)
    {
        if (json[name] is JsonObject { Count: 1 } only && only[member] is { } value)
        {
            json[name] = value.DeepClone();
        }
    }
}
