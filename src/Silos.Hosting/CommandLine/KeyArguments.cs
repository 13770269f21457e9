using Silos.Keys;
using Silos.Schedules;

namespace Silos.Hosting;

/// <summary>What was asked for by <c>keys create</c>.</summary>
internal sealed record KeyArguments
{
    private static readonly string[] Options = ["--name", "--role", "--tenant", "--expires-in"];

    /// <summary>Gets the name of the key.</summary>
    public string Name { get; private init; } = "admin";

    /// <summary>Gets its role.</summary>
    public Role Role { get; private init; } = Role.Admin;

    /// <summary>Gets the tenants it is good for.</summary>
    public TenantScope Scope { get; private init; } = TenantScope.All;

    /// <summary>Gets how long it is good; null for ever.</summary>
    public TimeSpan? ExpiresIn { get; private init; }

    /// <summary>Gets the arguments that are the host's own: where the store is.</summary>
    public IReadOnlyList<string> Rest { get; private init; } = [];

    /// <summary>Tells whether a command line is about keys.</summary>
    public static bool IsMeant(IReadOnlyList<string> arguments) => arguments.Count > 0 && arguments[0] == "keys";

    /// <summary>Reads a command line that begins with <c>keys</c>.</summary>
    /// <exception cref="UsageException">It is wrong; the message is one line.</exception>
    public static KeyArguments Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2 || arguments[1] != "create")
        {
            throw new UsageException("'keys' is followed by 'create'; more is done with a key, over /api/keys");
        }

        var parsed = new KeyArguments();
        var rest = new List<string>();
        for (var i = 2; i < arguments.Count; i++)
        {
            var equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? arguments[i] : arguments[i][..equals];
            if (!Options.Contains(name))
            {
                rest.Add(arguments[i]);
                continue;
            }

            var value = equals >= 0 ? arguments[i][(equals + 1)..] : i + 1 < arguments.Count ? arguments[++i] : string.Empty;
            parsed = parsed.With(name, value.Length > 0 ? value : throw new UsageException($"{name} needs a value; see --help"));
        }

        return parsed with { Rest = rest };
    }

    private KeyArguments With(string name, string value)
    {
        switch (name)
        {
            case "--name":
                return Names.IsValid(value, out var problem) ? this with { Name = value } : throw new UsageException($"--name {problem}");
            case "--role":
                return Roles.TryParse(value, out var role) ? this with { Role = role } : throw new UsageException("--role must be viewer, operator or admin");
            case "--tenant":
                return value == TenantScope.Everything || Names.IsValid(value, out _)
                    ? this with { Scope = TenantScope.Parse(value) }
                    : throw new UsageException("--tenant must be the name of a tenant, or * for every one");
            default:
                return DurationText.TryParse(value, out var span) && span > TimeSpan.Zero
                    ? this with { ExpiresIn = span }
                    : throw new UsageException($"--expires-in must be a duration; {DurationText.Hint}");
        }
    }
}
