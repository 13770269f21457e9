using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Workers;

namespace Silos.Hosting.Tests.JobsFiles;

/// <summary>A directory of its own with everything that keeps the jobs of a file.</summary>
internal sealed class JobsFileFixture : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("silos-jobs-file-");

    public JobsFileFixture(HostSettings? settings = null, params (string Name, string Value)[] variables)
    {
        (Client, Recorded) = RecordingClient.Make();
        Settings = Options.Create(settings ?? new HostSettings());
        Locator = new JobsFileLocator(Settings, new HostDirectory(Path));
        Schedules = new ScheduleDirectory(Options.Create(new EngineOptions()), []);
        var work = new HandlerRegistration { Key = "work", Invoke = static (_, _) => Task.CompletedTask };
        var switches = JobSwitches.Read(variables.ToDictionary(v => v.Name, v => v.Value));
        var environment = new JobsFileEnvironment(Schedules, [work], Options.Create(new EngineOptions()), Settings, switches);
        Examples = new ExampleJobs(Client, Settings, NullLogger<ExampleJobs>.Instance, new HostDirectory(Path));
        Reloader = new JobsFileReloader(Client, Locator, environment, Examples, Log);
    }

    public string Path => _directory.FullName;

    public ISilosClient Client { get; }

    public RecordingClient Recorded { get; }

    public IOptions<HostSettings> Settings { get; }

    public JobsFileLocator Locator { get; }

    public ScheduleDirectory Schedules { get; }

    public ExampleJobs Examples { get; }

    public JobsFileReloader Reloader { get; }

    public RecordingLogger<JobsFileReloader> Log { get; } = new();

    public void Write(string text, string name = "silos.yaml") => File.WriteAllText(System.IO.Path.Combine(Path, name), text);

    /// <summary>Writes as careful editors do: to another file, which then takes the name.</summary>
    public void Swap(string text, string name = "silos.yaml")
    {
        Write(text, "silos.yaml~");
        File.Move(System.IO.Path.Combine(Path, "silos.yaml~"), System.IO.Path.Combine(Path, name), overwrite: true);
    }

    public void Delete(string name = "silos.yaml") => File.Delete(System.IO.Path.Combine(Path, name));

    public void Dispose() => _directory.Delete(recursive: true);
}
