using System.Collections.Concurrent;

namespace Silos.Secrets;

/// <summary>Tells by its name whether something is secret.</summary>
public static class SecretNames
{
    // Names come from payloads too: what is remembered has an end.
    private const int MostKnown = 4_096;

    private static readonly string[] Anywhere =
        ["password", "passwd", "passphrase", "secret", "apikey", "accesskey", "privatekey", "signingkey", "credential", "authorization", "connectionstring"];

    private static readonly string[] AtTheEnd = ["token", "pwd", "cookie", "jwt"];

    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    /// <summary>
    /// Tells whether a value of this name is to be hidden: <c>password</c>, <c>apiKey</c>, <c>client_secret</c>, <c>refresh-token</c>, <c>Authorization</c>, whatever the
    /// case and what separates the words. Not <c>tokens</c> or <c>tokenCount</c>, which are amounts.
    /// </summary>
    public static bool IsSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        var plain = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        var secret = Array.Exists(Anywhere, word => plain.Contains(word, StringComparison.Ordinal))
            || Array.Exists(AtTheEnd, word => plain.EndsWith(word, StringComparison.Ordinal));
        if (Known.Count < MostKnown)
        {
            Known.TryAdd(name, secret);
        }

        return secret;
    }
}
