using System.Text.Json;
using System.Text.Json.Nodes;

namespace Silos.Cli.Import;

/// <summary>A recurring job of Hangfire.</summary>
internal sealed record HangfireJob
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets when it is due; empty for never, null if that is not known.</summary>
    public string? Cron { get; init; }

    /// <summary>Gets why it is not known.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets its zone, as Windows or IANA name it.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Gets its queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets the method that it calls: <c>Reports.Send</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the arguments as a JSON list; null for none.</summary>
    public JsonText? Arguments { get; init; }

    /// <summary>Gets the catch-up policy; null for the default, which is Hangfire's, too.</summary>
    public string? Misfire { get; init; }

    /// <summary>Gets the key of the handler that takes its place.</summary>
    public string Handler => Translation.NameOf(Method);

    /// <summary>Reads one from its fields: <c>Cron</c>, <c>TimeZoneId</c>, <c>Queue</c>, <c>Job</c>, <c>MisfireHandling</c>.</summary>
    public static HangfireJob Of(string id, Func<string, string?> field)
    {
        var (method, arguments) = Call(field("Job"));
        return new HangfireJob
        {
            Id = id,
            Cron = field("Cron") is { Length: > 0 } cron ? Expression(cron) : null,
            TimeZone = field("TimeZoneId"),
            Queue = field("Queue"),
            Method = method ?? id,
            Arguments = arguments,
            Misfire = field("MisfireHandling") switch
            {
                "1" or "Strict" => "all",
                "2" or "Ignorable" => "none",
                _ => null,
            },
        };
    }

    /// <summary>Gets an expression; <c>Cron.Never()</c> is 31 February, which here is no schedule at all.</summary>
    public static string Expression(string cron) => cron is "0 0 31 2 *" ? string.Empty : cron;

    // {"Type":"Shop.Reports, Shop","Method":"Send","ParameterTypes":"[…]","Arguments":"[\"\\\"daily\\\"\"]"}, or t, m, p, a.
    private static (string? Method, JsonText? Arguments) Call(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return default;
        }

        try
        {
            if (JsonNode.Parse(text) is not JsonObject call)
            {
                return default;
            }

            var type = Text(call, "Type", "t")?.Split(',')[0].Split('.', '+')[^1];
            var method = Text(call, "Method", "m");
            return (type is null ? method : $"{type}.{method}", ReadArguments(call[nameof(Arguments)] ?? call["a"] ?? call["Args"]));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    // Each argument is JSON inside of JSON.
    private static JsonText? ReadArguments(JsonNode? node)
    {
        var list = node is JsonValue value ? JsonNode.Parse(value.ToString()) as JsonArray : node as JsonArray;
        if (list is null or { Count: 0 })
        {
            return null;
        }

        var arguments = new JsonArray([.. list.Select(item => item is JsonValue text && JsonText.TryParse(text.ToString(), out var json) ? JsonNode.Parse(json.Text) : item?.DeepClone())]);
        return JsonText.Parse(arguments.ToJsonString());
    }

    private static string? Text(JsonObject call, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (call[name] is JsonValue value)
            {
                return value.ToString();
            }
        }

        return null;
    }
}
