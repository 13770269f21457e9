using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Silos.Cli.Import;

/// <summary>Command lines of a shell as payloads of the handler <c>command</c>.</summary>
internal static partial class CommandLines
{
    /// <summary>The handler that runs them.</summary>
    public const string Handler = "command";

    /// <summary>What has to be told once where commands come out.</summary>
    public const string Advice = "the handler 'command' is off until the server has Silos:Handlers:Command:Enabled=true; commands run with the server's user, PATH and directory";

    // Words that only prepare for the program that counts.
    private static readonly string[] Wrappers = ["nice", "ionice", "sudo", "env", "exec", "time", "timeout", "flock", "nohup", "chronic"];

    /// <summary>Makes a payload: the program itself where no shell is needed, else the shell with the line.</summary>
    public static JsonObject Payload(string line, string shell, IReadOnlyDictionary<string, string> environment, string? input = null)
    {
        JsonObject payload;
        if (Shellish().IsMatch(line))
        {
            payload = new JsonObject { ["command"] = shell, ["arguments"] = new JsonArray("-c", line) };
        }
        else
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            payload = new JsonObject { ["command"] = words[0] };
            if (words.Length > 1)
            {
                payload["arguments"] = new JsonArray([.. words.Skip(1).Select(word => (JsonNode)word)]);
            }
        }

        if (environment.Count > 0)
        {
            payload["environment"] = new JsonObject(environment.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value)));
        }

        if (input is not null)
        {
            payload["stdin"] = input;
        }

        return payload;
    }

    /// <summary>Finds a name for a command line: its program's, without what is around it.</summary>
    public static string NameOf(string line)
    {
        foreach (var part in Separator().Split(line))
        {
            var words = part.Split([' ', '\t', '(', ')', '{', '}'], StringSplitOptions.RemoveEmptyEntries).ToList();
            var lockFile = false;
            while (words.Count > 0 && IsAround(words[0], ref lockFile))
            {
                words.RemoveAt(0);
            }

            if (words.Count > 0 && words[0] is not ("cd" or "." or "source" or "test" or "[" or "export" or "if" or "then" or "sleep"))
            {
                return BaseName(words[0]);
            }
        }

        return "job";
    }

    /// <summary>Tells whether a word only prepares for the program that counts: a wrapper, its options, a variable.</summary>
    private static bool IsAround(string word, ref bool lockFile)
    {
        if (Assignment().IsMatch(word) || word.StartsWith('-') || char.IsDigit(word[0]))
        {
            return true;
        }

        if (lockFile)
        {
            lockFile = false;
            return true;
        }

        lockFile = BaseName(word) == "flock";
        return Wrappers.Contains(BaseName(word));
    }

    private static string BaseName(string path) => path.Trim('"', '\'') is var plain && plain.TrimEnd('/').Split('/')[^1] is { Length: > 0 } name ? name : plain;

    // A program named by its full path or a bare name, and words: nothing for a shell to do.
    [GeneratedRegex(@"[|&;<>()$`""'*?\[\]#~%{}!\\\n]|^(?!/)[^\s]*/|^[A-Za-z_][A-Za-z0-9_]*=|^(?:cd|\.|source|test|export|exec|set)\b")]
    private static partial Regex Shellish();

    [GeneratedRegex(@"&&|\|\||[;|&]")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex Assignment();
}
