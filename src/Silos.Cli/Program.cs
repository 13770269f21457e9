using Silos.Cli;

return await SilosCli.RunAsync(args, CliHost.OfProcess());
