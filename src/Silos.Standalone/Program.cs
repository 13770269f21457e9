using Silos.Hosting;
using Silos.Standalone;

return await SilosProgram.RunAsync(args, static arguments => StandaloneHost.Build(arguments));
