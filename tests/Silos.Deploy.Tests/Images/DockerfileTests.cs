using System.Text.Json;
using System.Xml.Linq;
using Silos.Deploy.Tests.Support;
using Silos.Hosting;

namespace Silos.Deploy.Tests.Images;

public sealed class DockerfileTests
{
    public static TheoryData<string, string> Images => new() { { "standalone", "Silos.Standalone" }, { "silo", "Silos.Silo" } };

    [Theory, MemberData(nameof(Images))]
    public void Every_project_file_that_the_restore_needs_is_copied_before_it_and_no_other(string image, string project)
    {
        var steps = Dockerfile.Read().Stage($"publish-{image}").Chain().ToList();
        var restore = steps.FindIndex(step => step.Text.StartsWith("dotnet restore", StringComparison.Ordinal));
        var before = steps[..restore].Where(step => step.Word == "COPY").SelectMany(step => step.Text.Split(' ')[..^1]).ToList();

        Assert.Equal(Closure(project).Select(name => $"src/{name}/{name}.csproj").Order(), before.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Order());
        Assert.Contains("Directory.Packages.props", before);
        Assert.DoesNotContain("src/", before);
        Assert.Contains("src/", steps[restore..].Where(step => step.Word == "COPY").Select(step => step.Text.Split(' ')[0]));
        Assert.All(steps.Where(step => step.Text.StartsWith("dotnet ", StringComparison.Ordinal)), step =>
            Assert.Contains($" src/{project}/{project}.csproj ", step.Text, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Images))]
    public void What_is_copied_is_there_and_not_held_back(string image, string project)
    {
        var allowed = File.ReadAllLines(Repository.At(".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        Assert.Contains("*", File.ReadAllLines(Repository.At(".dockerignore")));
        Assert.NotEmpty(project);
        Assert.All(Dockerfile.Read().Stage($"publish-{image}").Copies().SelectMany(copy => copy.Sources), source =>
        {
            Assert.True(Path.Exists(Repository.At(source)), source);
            Assert.Contains(source.Split('/')[0], allowed);
        });
    }

    [Theory, MemberData(nameof(Images))]
    public void The_image_needs_no_shell_and_no_root(string image, string project)
    {
        var stage = Dockerfile.Read().Stage(image);

        Assert.Contains("-chiseled", stage.Base(), StringComparison.Ordinal);
        // Without "extra" it has no time zones.
        Assert.EndsWith("-extra", stage.Base(), StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Chain(), step => step.Word == "RUN");
        var user = Assert.Single(stage.Chain(), step => step.Word == "USER").Text.Split(':').Select(int.Parse);
        Assert.All(user, id => Assert.NotEqual(0, id));
        var program = $"/app/{project}";
        Assert.Equal([program], Words(Assert.Single(stage.Chain(), step => step.Word == "ENTRYPOINT").Text));
        var health = Assert.Single(stage.Chain(), step => step.Word == "HEALTHCHECK").Text.Split(" CMD ")[1];
        Assert.Equal([program, "--health"], Words(health));
        Assert.True(HostArguments.Parse(Words(health)[1..], project == "Silos.Silo" ? HostKind.Silo : HostKind.Standalone).Health);
    }

    [Theory, MemberData(nameof(Images))]
    public void The_image_listens_where_it_says(string image, string project)
    {
        var stage = Dockerfile.Read().Stage(image);
        var exposed = stage.Chain().Where(step => step.Word == "EXPOSE").SelectMany(step => step.Text.Split(' ')).Select(int.Parse);
        var http = new Uri(stage.Environment()["ASPNETCORE_URLS"].Replace('+', 'x')).Port;

        Assert.Equal(project == "Silos.Silo" ? [http, SiloSource.SiloPort, SiloSource.GatewayPort] : [http], exposed);
        Assert.True(http >= 1024, "A lower port takes a privilege.");
    }

    [Theory, MemberData(nameof(Images))]
    public void The_image_starts_only_with_a_key(string image, string project)
    {
        Assert.NotEmpty(project);
        var environment = Dockerfile.Read().Stage(image).Environment().ToDictionary();

        Assert.Contains("Set Silos:ApiKey", Host.Problem(environment), StringComparison.Ordinal);
        environment["Silos__ApiKey"] = Host.Secret;
        EnvironmentCheck.HostTakes(environment);
    }

    [Fact]
    public void The_images_have_the_runtime_that_the_projects_are_built_for()
    {
        var framework = XDocument.Load(Repository.At("Directory.Build.props")).Descendants("TargetFramework").Single().Value;
        var version = framework["net".Length..];
        using var global = JsonDocument.Parse(Repository.Read("global.json"));

        Assert.All(Dockerfile.Read().Stages, stage => Assert.Contains($":{version}-", stage.Base(), StringComparison.Ordinal));
        Assert.StartsWith($"{version}.", global.RootElement.GetProperty("sdk").GetProperty("version").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_with_passwords_are_never_committed() => Assert.Subset(
        File.ReadAllLines(Repository.At(".gitignore")).ToHashSet(),
        new HashSet<string> { "deploy/.env", "k8s/overlays/dev/secrets.env" });

    internal static IReadOnlySet<string> Closure(string project)
    {
        var closure = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([project]);
        while (waiting.TryDequeue(out var next))
        {
            if (closure.Add(next))
            {
                foreach (var reference in XDocument.Load(Repository.At($"src/{next}/{next}.csproj")).Descendants("ProjectReference"))
                {
                    waiting.Enqueue(Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
                }
            }
        }

        return closure;
    }

    private static string[] Words(string json) => JsonSerializer.Deserialize<string[]>(json)!;
}
