using Silos;
using Silos.Hosting;
using Silos.Silo;
using Silos.TestSilo;

ParentWatch.Start();

// A silo as its users compose it, with handlers that leave their effects outside of Silos and a voice for what is refused.
return await SilosProgram.RunAsync(
    args,
    static arguments => SiloHost.Build(arguments, static builder =>
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("TEST_SILO_SKEW"), out var seconds))
        {
            builder.Services.AddKeyedSingleton<TimeProvider>(WrongClock.Key, new WrongClock(TimeSpan.FromSeconds(seconds)));
        }

        builder.Services.AddSingleton<EffectsTable>();
        builder.Services.AddHostedService<RefusalReporter>();
        builder.UseOrleans(static silo => silo.AddSilos(static silos => silos.AddHandler<EffectOrder>("effect", EffectHandler.RunAsync)));
    }),
    HostKind.Silo);
