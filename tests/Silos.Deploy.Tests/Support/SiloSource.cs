using System.Globalization;
using System.Text.RegularExpressions;

namespace Silos.Deploy.Tests.Support;

/// <summary>
/// The settings of a silo, read from their source: these tests run where Orleans cannot be restored, so they cannot load the assembly.
/// </summary>
internal static partial class SiloSource
{
    private static readonly string Settings = Repository.Read("src/Silos.Silo/SiloSettings.cs");
    private static readonly string Membership = Repository.Read("src/Silos.Silo/MembershipSettings.cs");
    private static readonly string Identity = Repository.Read("src/Silos.Silo/SiloIdentity.cs");

    public static int SiloPort { get; } = Number(nameof(SiloPort));

    public static int GatewayPort { get; } = Number(nameof(GatewayPort));

    public static TimeSpan JoinTimeout { get; } = TimeSpan.FromMinutes(
        int.Parse(Single(@"JoinTimeout \{ get; set; \} = TimeSpan\.FromMinutes\((\d+)\)", Membership), CultureInfo.InvariantCulture));

    /// <summary>Gets the variables of Kubernetes that a silo reads.</summary>
    public static IReadOnlySet<string> Variables { get; } =
        VariableConstants().Matches(Identity).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>Tells whether a variable is one of a silo's own settings.</summary>
    public static bool IsSetting(string variable)
    {
        var section = Single("const string Section = \"(.+?)\"", Settings).Replace(":", "__", StringComparison.Ordinal);
        return Names(Settings).Select(name => $"{section}__{name}")
            .Concat(Names(Membership).Select(name => $"{section}__Membership__{name}"))
            .Contains(variable, StringComparer.OrdinalIgnoreCase);
    }

    private static int Number(string name) =>
        int.Parse(Single($@"public int {name} {{ get; set; }} = (\d+);", Settings), CultureInfo.InvariantCulture);

    private static string Single(string pattern, string source) =>
        Regex.Match(source, pattern) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"The source has no {pattern}.");

    private static IEnumerable<string> Names(string source) => Properties().Matches(source).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"public \S+ (\w+) \{ get; set; \}")]
    private static partial Regex Properties();

    [GeneratedRegex("const string \\w+Variable = \"(\\w+)\"")]
    private static partial Regex VariableConstants();
}
