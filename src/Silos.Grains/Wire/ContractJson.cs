using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos.Grains.Wire;

/// <summary>How contract types are written between processes.</summary>
/// <remarks>
/// Members by name, so that a newer process may add one: an older one passes over what it does not know, and what it does not
/// send has its default. Only members without <c>required</c> may be added.
/// </remarks>
internal static class ContractJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonTextWireConverter(), new FilterWireConverter() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
