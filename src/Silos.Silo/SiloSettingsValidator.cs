using System.Net;
using Microsoft.Extensions.Options;

namespace Silos.Silo;

/// <summary>Finds what is wrong with the settings of a silo.</summary>
internal sealed class SiloSettingsValidator : IValidateOptions<SiloSettings>
{
    private const int LongestName = 100;

    public ValidateOptionsResult Validate(string? name, SiloSettings options)
    {
        var problems = new List<string>();
        CheckName(problems, nameof(options.ClusterId), options.ClusterId);
        CheckName(problems, nameof(options.ServiceId), options.ServiceId);
        if (options.SiloName is not null)
        {
            CheckName(problems, nameof(options.SiloName), options.SiloName);
        }

        if (SiloIdentity.Written(options) is { } address && !(IPAddress.TryParse(address, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)))
        {
            var key = string.IsNullOrWhiteSpace(options.Address) ? SiloIdentity.AddressVariable : Key(nameof(options.Address));
            problems.Add($"{key} '{FieldProblem.Shorten(address)}' must be the IP address at which other silos reach this one.");
        }

        CheckPort(problems, nameof(options.SiloPort), options.SiloPort, least: 1);
        CheckPort(problems, nameof(options.GatewayPort), options.GatewayPort, least: 0);
        if (options.SiloPort == options.GatewayPort)
        {
            problems.Add($"{Key(nameof(options.GatewayPort))} ({options.GatewayPort}) must be another port than {Key(nameof(options.SiloPort))}.");
        }

        Check(problems, options.Membership);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Check(List<string> problems, MembershipSettings membership)
    {
        CheckTime(problems, nameof(membership.ProbeTimeout), membership.ProbeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        CheckCount(problems, nameof(membership.MissedProbes), membership.MissedProbes);
        CheckCount(problems, nameof(membership.Votes), membership.Votes);
        CheckTime(problems, nameof(membership.TableRefresh), membership.TableRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckTime(problems, nameof(membership.AliveInterval), membership.AliveInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        CheckTime(problems, nameof(membership.JoinTimeout), membership.JoinTimeout, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));
    }

    private static void CheckName(List<string> problems, string key, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > LongestName || value.Any(char.IsControl))
        {
            problems.Add($"{Key(key)} '{FieldProblem.Shorten(value)}' must be a name of 1 to {LongestName} characters.");
        }
    }

    private static void CheckPort(List<string> problems, string key, int value, int least)
    {
        if (value < least || value > IPEndPoint.MaxPort)
        {
            problems.Add($"{Key(key)} ({value}) must be a port between {least} and {IPEndPoint.MaxPort}.");
        }
    }

    private static void CheckCount(List<string> problems, string key, int value)
    {
        if (value is < 1 or > 10)
        {
            problems.Add($"{Key("Membership:" + key)} ({value}) must be between 1 and 10.");
        }
    }

    private static void CheckTime(List<string> problems, string key, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            problems.Add($"{Key("Membership:" + key)} ({value}) must be between {least} and {most}.");
        }
    }

    private static string Key(string name) => $"{SiloSettings.Section}:{name}";
}
