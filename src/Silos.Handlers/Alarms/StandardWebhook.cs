using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Silos.Handlers.Alarms;

/// <summary>The signature of Standard Webhooks (standardwebhooks.com), version 1: HMAC-SHA256 over id, time and body.</summary>
internal static class StandardWebhook
{
    private const string Prefix = "whsec_";

    /// <summary>Reads a secret.</summary>
    public static bool TryReadSecret([NotNullWhen(true)] string? text, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var bytes = new byte[128];
        if (!Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) || length is < 24 or > 64)
        {
            return false;
        }

        secret = bytes[..length];
        return true;
    }

    /// <summary>Signs what is sent.</summary>
    /// <returns>The value of the header <c>webhook-signature</c>.</returns>
    public static string Sign(byte[] secret, string id, DateTimeOffset at, string body)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(signed)));
    }
}
