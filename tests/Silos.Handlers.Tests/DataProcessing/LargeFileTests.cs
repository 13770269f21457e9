namespace Silos.Handlers.DataProcessing;

/// <summary>Alone in the process while it runs: it looks at the whole heap, and other tests would be seen in it.</summary>
[Collection(nameof(LargeFileTests))]
[CollectionDefinition(nameof(LargeFileTests), DisableParallelization = true)]
public sealed class LargeFileTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_large_file_is_streamed()
    {
        const int Rows = 300_000;
        await using (var file = File.CreateText(Path.Combine(_data.Root, "big.csv")))
        {
            await file.WriteAsync("id,text,amount\n");
            for (var i = 0; i < Rows; i++)
            {
                await file.WriteAsync($"{i},some text of a usual length,{i % 100}.25\n");
            }
        }

        // What is held at once stays far below the size of the file.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var highest = 0L;
        var context = new FakeJobContext("""{"operation":"transform","source":"big.csv","target":"big.jsonl"}""")
        {
            OnProgress = (percent, _) => highest = percent % 10 == 5 ? Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true)) : highest,
        };
        await _data.Handler().RunAsync(context, TestContext.Current.CancellationToken);

        Assert.Equal((Rows, Rows, 0, 0), DataFolder.Counts(context));
        Assert.InRange(highest - before, long.MinValue, 4 * 1024 * 1024);
        Assert.Contains(context.Progress, progress => progress.Percent is > 40 and < 60);
    }
}
