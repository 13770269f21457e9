using System.Text.Json;

namespace Silos.Handlers.DataProcessing;

/// <summary>A data directory of a test, and the handler that works in it.</summary>
internal sealed class DataFolder : IDisposable
{
    public DataFolder() => Options = new DataProcessingHandlerOptions { DataDirectory = Directory.CreateTempSubdirectory("silos-data").FullName };

    public DataProcessingHandlerOptions Options { get; }

    public string Root => Options.DataDirectory!;

    public IEnumerable<string> Files => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal);

    public string this[string name]
    {
        get => File.ReadAllText(Path.Combine(Root, name));
        set => File.WriteAllText(Path.Combine(Root, name), value);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public DataProcessingHandler Handler() => new(Microsoft.Extensions.Options.Options.Create(Options));

    public async Task<FakeJobContext> RunAsync(string payload)
    {
        var context = new FakeJobContext(payload);
        await Handler().RunAsync(context, TestContext.Current.CancellationToken);
        return context;
    }

    public static (long Read, long Written, long Filtered, long Bad) Counts(FakeJobContext context) => (
        context.Result.GetProperty("rowsRead").GetInt64(),
        context.Result.GetProperty("rowsWritten").GetInt64(),
        context.Result.GetProperty("rowsFiltered").GetInt64(),
        context.Result.GetProperty("rowsBad").GetInt64());

    public List<(long Line, string Error)> Errors(string name) =>
        [.. this[name].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(error => (error.GetProperty("line").GetInt64(), error.GetProperty("error").GetString()!))];
}
