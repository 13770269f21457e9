using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Silos.Engine.Queues;
using Silos.Engine.Telemetry;
using Silos.Engine.Workers;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Engine.Tests.Workers;

/// <summary>What only real threads can show: handlers that block do not stop the process.</summary>
public sealed class RealThreadsTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualResetEventSlim _blocked = new();
    private readonly ServiceCollection _services = new();
    private readonly InMemoryStore _store = new();
    private ServiceProvider? _provider;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _blocked.Set();
        if (_provider is not null)
        {
            await _provider.GetRequiredService<InProcessQueueHost>().StopAsync(new CancellationToken(canceled: true));
            await _provider.DisposeAsync();
        }
    }

    private async Task<InProcessQueueHost> StartAsync(Action<SilosBuilder> configure, int slots = 64)
    {
        _services.AddLogging();
        _services.AddKeyedSingleton(SilosClock.Key, TimeProvider.System);
        _services.AddSingleton(EngineScheduler.Default);
        _services.AddSingleton<ISilosStore>(_store);
        _services.Configure<EngineOptions>(options => options.Slots = slots);
        QueueServices.Add(_services);
        configure(new SilosBuilder(_services));
        _provider = _services.BuildServiceProvider();
        var host = _provider.GetRequiredService<InProcessQueueHost>();
        await host.StartAsync(Cancelled);
        return host;
    }

    private static NewRun New(string handler)
    {
        var now = TimeProvider.System.Now();
        return new NewRun
        {
            Id = RunId.New(now),
            Tenant = TenantId.Default,
            Handler = handler,
            DueAt = now,
            EnqueuedAt = now,
            Options = new RunOptions { Timeout = TimeSpan.FromMinutes(2) },
        };
    }

    [Fact]
    public async Task Handlers_that_block_their_threads_do_not_keep_others_from_running()
    {
        var host = await StartAsync(silos => silos
            .AddHandler("block", (_, _) =>
            {
                _blocked.Wait(Patience, CancellationToken.None);
                return Task.CompletedTask;
            })
            .AddHandler("quick", (_, _) => Task.CompletedTask));
        await host.EnqueueAsync([.. Enumerable.Range(0, 40).Select(_ => New("block"))], false, Cancelled);
        var quick = New("quick");
        await host.EnqueueAsync([quick], false, Cancelled);
        var ended = await host.WaitAsync(TenantId.Default, quick.Id, Cancelled).WaitAsync(Patience, Cancelled);
        Assert.Equal(RunState.Completed, ended.State);
        Assert.False(_blocked.IsSet);
    }

    [Fact]
    public async Task A_run_that_ended_is_recorded_although_the_next_handler_blocks_the_thread()
    {
        var host = await StartAsync(silos => silos
            .AddHandler("block", (_, _) =>
            {
                _blocked.Wait(Patience, CancellationToken.None);
                return Task.CompletedTask;
            })
            .AddHandler("quick", (_, _) => Task.CompletedTask));
        List<NewRun> quick = [.. Enumerable.Range(0, 10).Select(_ => New("quick"))];
        await host.EnqueueAsync([.. quick.SelectMany(run => new[] { run, New("block") })], false, Cancelled);
        foreach (var run in quick)
        {
            var ended = await host.WaitAsync(TenantId.Default, run.Id, Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
            Assert.Equal(RunState.Completed, ended.State);
        }

        Assert.False(_blocked.IsSet);
    }

    [Fact]
    public async Task A_handler_marked_as_blocking_has_one_thread_of_its_own_also_after_an_await()
    {
        var threads = new List<(int Id, bool Pool)>();
        var host = await StartAsync(silos => silos.AddHandler(
            "block",
            async (_, _) =>
            {
                threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
                await Task.Yield();
                threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
                await Task.Delay(1, Cancelled);
                threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
            },
            handler => handler.Blocking()));
        var run = New("block");
        await host.EnqueueAsync([run], false, Cancelled);
        var ended = await host.WaitAsync(TenantId.Default, run.Id, Cancelled).WaitAsync(Patience, Cancelled);
        Assert.Equal(RunState.Completed, ended.State);
        Assert.Equal(3, threads.Count);
        Assert.Single(threads.Distinct());
        Assert.False(threads[0].Pool);
    }

    [Fact]
    public async Task What_a_blocking_handler_starts_and_does_not_wait_for_may_throw_without_ending_the_process()
    {
        static async void Forget()
        {
            await Task.Yield();
            throw new InvalidOperationException("nobody waits for this");
        }

        var host = await StartAsync(silos => silos.AddHandler(
            "block",
            async (_, _) =>
            {
                Forget();
                await Task.Yield();
                await Task.Yield();
            },
            handler => handler.Blocking()));
        var run = New("block");
        await host.EnqueueAsync([run], false, Cancelled);
        var ended = await host.WaitAsync(TenantId.Default, run.Id, Cancelled).WaitAsync(Patience, Cancelled);
        Assert.Equal(RunState.Completed, ended.State);
    }

    [Fact]
    public async Task What_a_handler_leaves_on_its_thread_does_not_reach_the_next_one()
    {
        var local = new AsyncLocal<string?>();
        var seen = new System.Collections.Concurrent.ConcurrentBag<string?>();
        var host = await StartAsync(silos => silos.AddHandler("leave", (_, _) =>
        {
            seen.Add(local.Value);
            local.Value = "left behind";
            return Task.CompletedTask;
        }));
        var runs = Enumerable.Range(0, 200).Select(_ => New("leave")).ToList();
        await host.EnqueueAsync(runs, false, Cancelled);
        foreach (var run in runs)
        {
            await host.WaitAsync(TenantId.Default, run.Id, Cancelled).WaitAsync(Patience, Cancelled);
        }

        Assert.Equal(200, seen.Count);
        Assert.All(seen, Assert.Null);
    }

    [Fact]
    public async Task Thousands_of_runs_of_many_callers_are_each_executed_once()
    {
        var counts = new System.Collections.Concurrent.ConcurrentDictionary<RunId, int>();
        var host = await StartAsync(silos => silos.AddHandler("count", async (context, _) =>
        {
            counts.AddOrUpdate(context.RunId, 1, (_, count) => count + 1);
            if (context.FencingToken % 3 == 0)
            {
                await Task.Yield();
            }
        }));
        var runs = Enumerable.Range(0, 20).Select(i => Enumerable.Range(0, 250).Select(_ => New("count") with
        {
            Queue = Silos.Queues.QueueName.Parse($"q{i % 7}"),
        }).ToList()).ToList();
        await Task.WhenAll(runs.Select(async own =>
        {
            foreach (var run in own)
            {
                await host.EnqueueAsync([run], false, Cancelled);
            }
        }));
        foreach (var run in runs.SelectMany(own => own))
        {
            Assert.Equal(RunState.Completed, (await host.WaitAsync(TenantId.Default, run.Id, Cancelled).WaitAsync(Patience, Cancelled)).State);
        }

        Assert.Equal(5_000, counts.Count);
        Assert.All(counts.Values, count => Assert.Equal(1, count));
        Assert.Equal(0, _provider!.GetRequiredService<Worker>().Running);
    }

    [Fact]
    public async Task A_run_continues_the_trace_of_whoever_asked_for_it()
    {
        var spans = new System.Collections.Concurrent.ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SilosTracing.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var host = await StartAsync(silos => silos.AddHandler("traced", (_, _) => Task.CompletedTask));
        var run = New("traced") with
        {
            Options = new RunOptions { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
        };
        await host.EnqueueAsync([run], false, Cancelled);
        await host.WaitAsync(TenantId.Default, run.Id, Cancelled).WaitAsync(Patience, Cancelled);
        var span = Assert.Single(spans, span => span.GetTagItem("silos.run") as string == run.Id.ToString());
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
    }
}
