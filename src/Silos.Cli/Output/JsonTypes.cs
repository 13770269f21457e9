using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Silos.Cli.Output;

/// <summary>How results are written that are not the API's own.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(IReadOnlyList<Done>))]
internal sealed partial class JsonTypes : JsonSerializerContext;

/// <summary>What was done to something.</summary>
/// <param name="Action">What: <c>paused</c>, <c>deleted</c>.</param>
/// <param name="Name">To what.</param>
/// <param name="Result">What came of it, such as the id of a run.</param>
internal sealed record Done(string Action, string Name, string? Result = null);
