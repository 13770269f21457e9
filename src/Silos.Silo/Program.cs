using Silos.Hosting;
using Silos.Silo;

return await SilosProgram.RunAsync(args, static arguments => SiloHost.Build(arguments), HostKind.Silo);
