using Silos.Workers;

namespace Silos.Handlers.DataProcessing;

public sealed class DataFilesTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("../secret.csv", "must stay inside the data directory")]
    [InlineData("a/../../secret.csv", "must stay inside the data directory")]
    [InlineData("/etc/secret.csv", "relative to the data directory")]
    [InlineData("C:secret.csv", "relative to the data directory")]
    [InlineData("..\\\\secret.csv", "relative to the data directory")]
    [InlineData("a//b.csv", "must stay inside the data directory")]
    [InlineData(".hidden.csv", "must stay inside the data directory")]
    [InlineData("silos.db", "must be a data file")]
    [InlineData("appsettings.json", "must be a data file")]
    [InlineData("data.txt", "or come with a 'format'")]
    [InlineData("a\\u0000.csv", "relative to the data directory")]
    public void Names_that_lead_elsewhere_are_refused_before_the_run_is_stored(string name, string problem)
    {
        var source = Check($$"""{"operation":"transform","source":"{{name}}","target":"out.csv"}""");
        var target = Check($$$"""{"operation":"transform","source":"in.csv","target":{"file":"{{{name}}}"}}""");

        Assert.Contains(problem, source!.Problem, StringComparison.Ordinal);
        Assert.Equal("payload.source", source.Field);
        Assert.Equal("payload.target.file", target!.Field);
    }

    [Fact]
    public async Task Links_may_stay_inside_but_not_lead_out()
    {
        var outside = Directory.CreateTempSubdirectory("silos-outside");
        File.WriteAllText(Path.Combine(outside.FullName, "secret.csv"), "a\n1\n");
        Directory.CreateDirectory(Path.Combine(_data.Root, "2025"));
        _data["2025/in.csv"] = "a\n1\n";
        Link("file.csv", Path.Combine(outside.FullName, "secret.csv"));
        Link("dangling.csv", Path.Combine(outside.FullName, "new.csv"));
        Link("directory", outside.FullName);
        Link("latest", "2025");
        Link("loop", "loop");

        foreach (var name in new[] { "file.csv", "directory/secret.csv", "loop/in.csv" })
        {
            var error = await Assert.ThrowsAsync<NonRetryableException>(() => TransformAsync(name, "out.csv"));
            Assert.Contains("link", error.Message, StringComparison.Ordinal);
        }

        foreach (var name in new[] { "dangling.csv", "directory/new.csv" })
        {
            await Assert.ThrowsAsync<NonRetryableException>(() => TransformAsync("2025/in.csv", name));
        }

        await TransformAsync("latest/in.csv", "out.csv");
        Assert.Equal("a\n1\n", _data["out.csv"]);
        Assert.Equal(["secret.csv"], outside.EnumerateFiles().Select(file => file.Name));
        outside.Delete(recursive: true);
    }

    [Fact]
    public async Task A_data_directory_that_is_a_link_itself_is_fine()
    {
        var link = _data.Root + "-link";
        Directory.CreateSymbolicLink(link, _data.Root);
        _data["in.csv"] = "a\n1\n";
        using var linked = new DataFolder();
        var own = linked.Root;
        linked.Options.DataDirectory = link;

        await linked.RunAsync("""{"operation":"transform","source":"in.csv","target":"deep/er/out.csv"}""");

        Assert.Equal("a\n1\n", _data["deep/er/out.csv"]);
        File.Delete(link);
        linked.Options.DataDirectory = own;
    }

    [Fact]
    public async Task A_source_that_is_not_there_yet_is_worth_a_retry() =>
        Assert.Equal(
            "There is no file 'in.csv' in the data directory.",
            (await Assert.ThrowsAsync<FileNotFoundException>(() => TransformAsync("in.csv", "out.csv"))).Message);

    [Theory]
    [InlineData("", "must begin with a header")]
    [InlineData("a,a\n1,2\n", "Column 'a' must not come twice")]
    [InlineData("a,,b\n1,2,3\n", "Column 2 must have a name")]
    [InlineData("\"a\n1\n", "The header of 'in.csv' cannot be read")]
    public async Task A_file_without_a_usable_header_is_refused(string text, string message)
    {
        _data["in.csv"] = text;

        var error = await Assert.ThrowsAsync<NonRetryableException>(() => TransformAsync("in.csv", "out.csv"));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"operation":"delete","source":"a.csv","target":"b.csv"}""", "payload.operation", "must be transform, aggregate, export or import")]
    [InlineData("""{"operation":"transform","target":"b.csv"}""", "payload.source", "is missing")]
    [InlineData("""{"operation":"transform","source":7,"target":"b.csv"}""", "payload.source", "must be a file's name")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","groupBy":["x"]}""", "payload.groupBy", "belongs to operation aggregate")]
    [InlineData("""{"operation":"aggregate","source":"a.csv","target":"b.csv"}""", "payload.groupBy", "needs at least one of")]
    [InlineData("""{"operation":"aggregate","source":"a.csv","target":"b.csv","groupby":["x"],"count":true}""", "payload.groupby", "is not a field")]
    [InlineData("""{"operation":"aggregate","source":"a.csv","target":"b.csv","groupBy":["x","x"]}""", "payload.groupBy", "same name")]
    [InlineData("""{"operation":"import","source":"a.csv","target":"b.csv"}""", "payload.target", "import reads a file and writes a table")]
    [InlineData("""{"operation":"export","source":"a.csv","target":"b.csv"}""", "payload.source", "export reads a table or query")]
    [InlineData("""{"operation":"import","source":"a.csv","target":"table:t"}""", "payload.target", "none is configured")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","cast":{"a":"money"}}""", "payload.cast.a", "must be text, integer")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","filter":"a > 1"}""", "payload.filter", "must be a condition such as")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","filter":[{"column":"a","op":"~","value":1}]}""", "payload.filter[0].op", "must be =, !=")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","filter":[{"column":"a"}]}""", "payload.filter[0].value", "is missing")]
    [InlineData("""{"operation":"transform","source":{"file":"a.csv","delimiter":";;"},"target":"b.csv"}""", "payload.source.delimiter", "must be one character")]
    [InlineData("""{"operation":"transform","source":{"file":"a.csv","encoding":"ebcdic"},"target":"b.csv"}""", "payload.source.encoding", "must be utf-8")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","maxBadRows":-1}""", "payload.maxBadRows", "must be a whole number from 0")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","errors":"b.csv"}""", "payload.errors", "must not be the source or the target")]
    [InlineData("""{"operation":"transform","source":"a.csv","target":"b.csv","select":["a","a"]}""", "payload.select", "must not name a column twice")]
    public void A_bad_payload_is_refused(string payload, string field, string problem)
    {
        var found = Check(payload);

        Assert.Equal(field, found!.Field);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
    }

    private FieldProblem? Check(string payload) => _data.Handler().Check(JsonText.Parse(payload));

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_data.Root, name), target);

    private Task<FakeJobContext> TransformAsync(string source, string target) =>
        _data.RunAsync($$"""{"operation":"transform","source":"{{source}}","target":"{{target}}"}""");
}
