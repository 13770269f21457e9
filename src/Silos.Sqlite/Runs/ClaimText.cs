using System.Text.Json;
using Silos.Runs;

namespace Silos.Sqlite.Runs;

/// <summary>The attempts of a claim as its row has them: <c>[["run id in hex", token], …]</c>, which SQL can join.</summary>
internal static class ClaimText
{
    public static string Of(Claim claim)
    {
        using var buffer = new MemoryStream(claim.Runs.Count * 48);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            for (var i = 0; i < claim.Runs.Count; i++)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(claim.Runs[i].Value.ToString("N"));
                writer.WriteNumberValue(claim.Tokens[i]);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
