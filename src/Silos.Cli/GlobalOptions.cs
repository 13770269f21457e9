using System.CommandLine;
using Silos.Cli.Output;
using Silos.Cli.Server;

namespace Silos.Cli;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Gets the server to ask.</summary>
    public Option<string?> Server { get; } = new("--server", "-s")
    {
        Description = $"The server. Default: SILOS_SERVER, else the profile's, else {Connection.DefaultServer}.",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>Gets the profile to use.</summary>
    public Option<string?> Profile { get; } = new("--profile")
    {
        Description = "The profile of 'silos login' to use. Default: SILOS_PROFILE, else the one logged in last.",
        HelpName = "NAME",
        Recursive = true,
    };

    /// <summary>Gets the tenant to act for.</summary>
    public Option<string?> Tenant { get; } = new("--tenant")
    {
        Description = "The tenant, if the key may act for several. Default: SILOS_TENANT, else the key's own.",
        HelpName = "NAME",
        Recursive = true,
    };

    /// <summary>Gets the form of results.</summary>
    public Option<string> Format { get; } = new("--output", "-o")
    {
        Description = "The form of results: table for people, json or yaml for programs.",
        HelpName = "FORM",
        Recursive = true,
        DefaultValueFactory = _ => "table",
    };

    /// <summary>Adds them to the root.</summary>
    public void AddTo(Command root)
    {
        Format.AcceptOnlyFromAmong("table", "json", "yaml");
        root.Add(Server);
        root.Add(Profile);
        root.Add(Tenant);
        root.Add(Format);
    }

    /// <summary>Gets the form of results.</summary>
    public OutputFormat FormatOf(ParseResult parsed) => Enum.Parse<OutputFormat>(parsed.GetValue(Format)!, ignoreCase: true);

    /// <summary>Gets the name of the server for messages, whatever else is wrong.</summary>
    public string ServerOf(ParseResult parsed, CliHost host)
    {
        try
        {
            return Connection.Find(parsed, this, host).Server.ToString().TrimEnd('/');
        }
        catch (CliException)
        {
            return "the server";
        }
    }
}
