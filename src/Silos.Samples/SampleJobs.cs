using Microsoft.Extensions.DependencyInjection.Extensions;
using Silos.Jobs;
using Silos.Samples.Billing;
using Silos.Samples.Credits;
using Silos.Samples.Data;
using Silos.Samples.Demo;
using Silos.Samples.School;

namespace Silos.Samples;

/// <summary>Everything that the samples register.</summary>
internal static class SampleJobs
{
    /// <summary>Adds the jobs of the described systems and what they need.</summary>
    public static ISilosBuilder AddSampleJobs(this ISilosBuilder silos, SampleSettings settings)
    {
        silos.Services.TryAddSingleton(settings);
        silos.Services.TryAddSingleton(new SampleDatabase(settings.Database));
        silos.Services.TryAddSingleton<ICanvas, LocalCanvas>();
        silos.Services.TryAddSingleton<ICalendarProviders, LocalCalendarProviders>();
        return silos.AddSchoolJobs().AddCreditJobs().AddBillingJobs();
    }

    /// <summary>Adds what makes the samples live by themselves: data at the start and a little traffic.</summary>
    public static ISilosBuilder AddSampleLife(this ISilosBuilder silos) => silos
        .AddJob<SeedJob>(SeedJob.Name, job => job
            .OnStart(StartupMode.Blocking).Describe("Creates the samples' tables and data.").Tag("sample"))
        .AddJob<TrafficJob>(TrafficJob.Name, job => job
            .Cron("@every_minute").Describe("Does what users would do.").Keep(new KeepPolicy { MaxRuns = 100 }).Tag("sample"));
}
