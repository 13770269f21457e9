using System.Reflection;

namespace Silos.Hosting;

/// <summary>What <c>--help</c> and <c>--version</c> say.</summary>
internal static class HostHelp
{
    private const string Standalone =
        """
        Silos: schedules, queues, runs and remembers jobs.

          --jobs FILE        the jobs file, YAML or JSON (default: silos.yaml if it is there)
          --urls URL[;URL]   where to listen (default: http://127.0.0.1:8080)
          --store KIND       sqlite (default) or postgres
          --db TARGET        the SQLite file (default: silos.db), or the connection string of PostgreSQL
          --health           asks the process that listens here whether it is ready: exit code 0 if it is, else 1
          --help, --version

          keys create        only makes a key, writes it to standard output, and ends; also while another process runs on the store
            --name NAME --role viewer|operator|admin --tenant TENANT|* --expires-in 90d
                             (default: admin of every tenant, called admin, for ever)

        Everything else is a setting: appsettings.json in the working directory, or the environment, such as
          Silos__ApiKey=…            lets other machines in, with this key
          Silos__RequireAuthentication=true  lets other machines in, with keys of the store
          Silos__Roles=api,worker    any of api, scheduler, worker
          LOG_LEVEL=debug            more to read

        Exit codes: 0 stopped, 1 failed, 2 wrong argument, 3 wrong setting or jobs file, 4 store refused, 5 port taken.
        """;

    private const string Silo =
        """
        Silos: schedules, queues, runs and remembers jobs, as one of several silos on a PostgreSQL database.

          --db TARGET        the connection string of PostgreSQL (or ConnectionStrings__Silos)
          --jobs FILE        the jobs file, YAML or JSON (default: silos.yaml if it is there)
          --urls URL[;URL]   where to listen for HTTP (default: http://127.0.0.1:8080)
          --migrate          only bring the schema up to date, say so, and end
          --health           asks the process that listens here whether it is ready: exit code 0 if it is, else 1
          --help, --version

          keys create        only makes a key, writes it to standard output, and ends; also while another process runs on the store
            --name NAME --role viewer|operator|admin --tenant TENANT|* --expires-in 90d
                             (default: admin of every tenant, called admin, for ever)

        Everything else is a setting: appsettings.json in the working directory, or the environment, such as
          Silos__Cluster__ClusterId=…    silos of one cluster have the same
          Silos__Cluster__SiloPort=…     where silos call each other (default: 11111)
          Silos__Cluster__GatewayPort=…  where client apps call (default: 30000)
          Silos__ApiKey=…                lets other machines use the HTTP API, with this key
          Silos__RequireAuthentication=true  lets other machines use it, with keys of the store
          Silos__Roles=api,worker        any of api, scheduler, worker
          LOG_LEVEL=debug                more to read

        Exit codes: 0 stopped, 1 failed, 2 wrong argument, 3 wrong setting or jobs file, 4 store refused, 5 port taken.
        """;

    /// <summary>Gets what <c>--help</c> says.</summary>
    public static string Text(HostKind kind) => kind == HostKind.Silo ? Silo : Standalone;

    /// <summary>Gets the version of the program.</summary>
    public static string Version { get; } =
        (Assembly.GetEntryAssembly() ?? typeof(HostHelp).Assembly)
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
