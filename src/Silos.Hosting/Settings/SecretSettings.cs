using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Silos.Secrets;

namespace Silos.Hosting;

/// <summary>Finds the secrets among the settings, so that none of them is ever shown.</summary>
internal static class SecretSettings
{
    // Below this, what has only letters is a word: "postgres" as a password must not take every "postgres" out of every log.
    private const int LongWord = 16;

    /// <summary>Registers what has a secret name, and the passwords in connection strings.</summary>
    public static void Register(Redactor redactor, IConfiguration configuration)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase))
            {
                Add(redactor, PasswordOf(value));
            }
            else if (SecretNames.IsSecret(key[(key.LastIndexOf(':') + 1)..]))
            {
                Add(redactor, value);
            }
        }
    }

    private static void Add(Redactor redactor, string? value)
    {
        // Where something is, such as the working directory (PWD), is no secret.
        if (value is not null && (value.Length >= LongWord || !value.All(char.IsAsciiLetter)) && !Path.Exists(value))
        {
            redactor.Register(value);
        }
    }

    private static string? PasswordOf(string connection)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = PostgresUri.ToConnectionString(connection) };
            return parts.TryGetValue("Password", out var password) ? password.ToString() : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // It is told by the choice of the store, without its value.
            return null;
        }
    }
}
