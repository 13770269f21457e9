using System.Text.Json.Serialization;
using Silos.Client.Jobs;

namespace Silos.Client.Json;

/// <summary>How the contracts are written: camel case, nothing that is null, instants in UTC with <c>Z</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantJsonConverter)])]
[JsonSerializable(typeof(JobDocument))]
internal sealed partial class ClientJson : JsonSerializerContext;
