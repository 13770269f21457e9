using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Silos.Keys;

/// <summary>
/// The secret itself, as its owner keeps it: <c>silos_</c>, 12 characters by which it is found and shown, <c>_</c>, and 52 that carry
/// 256 random bits. Only <see cref="Hash"/> is stored.
/// </summary>
public sealed class KeyToken
{
    /// <summary>What every key begins with, so that scanners for leaked secrets know one.</summary>
    public const string Mark = "silos_";

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int IdLength = 12;
    private const int SecretLength = 52;
    private const int Length = 6 + IdLength + 1 + SecretLength;
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    private KeyToken(string text)
    {
        Text = text;
        Id = text.Substring(Mark.Length, IdLength);
    }

    /// <summary>Gets the public part: what a key is called by.</summary>
    public string Id { get; }

    /// <summary>Gets the whole secret.</summary>
    public string Text { get; }

    /// <summary>Gets the SHA-256 of the whole secret, in hexadecimal. 256 random bits need no slow hash.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>Gets what a key shows of itself: everything that is not secret.</summary>
    /// <param name="id">The id.</param>
    public static string PrefixOf(string id) => Mark + id;

    /// <summary>Makes a new one.</summary>
    public static KeyToken New() => new($"{Mark}{Random(IdLength)}_{Random(SecretLength)}");

    /// <summary>
    /// Makes a new one whose <see cref="Id"/> follows from a word that is good for one key: whoever asks twice with the same word gets the same id, which
    /// the store takes once.
    /// </summary>
    /// <param name="once">The word. Nobody finds another one for the same id, so a stranger's id cannot be asked for.</param>
    public static KeyToken NewFor(string once)
    {
        ArgumentNullException.ThrowIfNull(once);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(once));
        var id = string.Create(IdLength, hash, static (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = Alphabet[bytes[i] % Alphabet.Length];
            }
        });
        return new($"{Mark}{id}_{Random(SecretLength)}");
    }

    /// <summary>Accepts what has the form of a key; whether it is one, the store knows.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out KeyToken? token)
    {
        token = text is { Length: Length }
            && text.StartsWith(Mark, StringComparison.Ordinal)
            && text[Mark.Length + IdLength] == '_'
            && IsPlain(text.AsSpan(Mark.Length, IdLength))
            && IsPlain(text.AsSpan(Mark.Length + IdLength + 1))
            ? new KeyToken(text)
            : null;
        return token is not null;
    }

    /// <summary>Tells, in a time that says nothing, whether this is the secret behind a hash.</summary>
    public bool Fits(string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(hash));

    /// <summary>Says which key it is, never the secret.</summary>
    public override string ToString() => PrefixOf(Id);

    private static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Letters);

    private static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);
}
