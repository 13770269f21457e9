using Silos.Runs;
using Silos.Testing;
using Silos.Workers;

namespace Silos.Engine.Tests.Simulation;

/// <summary>
/// The runs' half under random faults: calls that fail before or after they wrote, processes that die at any moment and are
/// followed by others, clocks that jump. Each seed is one history, replayable; afterwards the rows are checked against what was promised.
/// </summary>
public sealed class RunLaws
{
    private const int Seeds = 240;

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void No_acknowledged_run_is_lost_and_no_outcome_is_recorded_twice(int block)
    {
        var crashes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var seed = block * Seeds / 6; seed < (block + 1) * Seeds / 6; seed++)
        {
            using var history = new History(seed, crashes);
            history.Play();
        }

        TestContext.Current.SendDiagnosticMessage("faults: " + string.Join(", ", crashes.Select(pair => $"{pair.Key} {pair.Value}")));
    }

    private sealed class History : IDisposable
    {
        private readonly InMemoryDatabase _database = new();
        private readonly ManualTimeProvider _clock = new();
        private readonly DeterministicScheduler _scheduler;
        private readonly Random _random;
        private readonly SortedDictionary<string, int> _crashes;
        private readonly HashSet<RunId> _acknowledged = [];
        private readonly HashSet<RunId> _asked = [];
        private readonly Dictionary<RunId, List<long>> _tokens = [];
        private readonly Dictionary<RunId, int> _stepsDone = [];
        private readonly Dictionary<string, int> _keys = [];
        private readonly int _seed;
        private int _lives;
        private Engine _engine;
        private Faults _faults;

        public History(int seed, SortedDictionary<string, int> crashes)
        {
            _seed = seed;
            _random = new Random(seed);
            _scheduler = new DeterministicScheduler(seed);
            _crashes = crashes;
            (_engine, _faults) = Begin();
        }

        public void Play()
        {
            try
            {
                for (var step = 0; step < 60; step++)
                {
                    Step();
                }

                _faults.Chance = 0;
                for (var i = 0; i < 60; i++)
                {
                    _engine.Advance(TimeSpan.FromSeconds(20));
                }

                Check();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {_seed}: {exception.Message}", exception);
            }
        }

        public void Dispose() => _engine.Dispose();

        private (Engine Engine, Faults Faults) Begin()
        {
            var faults = new Faults(_scheduler, _crashes);
            var engine = new Engine(database: _database, clock: _clock, faults: faults, scheduler: _scheduler)
                .Configure(options =>
                {
                    options.Slots = 6;
                    options.QueueWindow = 10;
                    options.PartitionWindow = 20;
                    options.WorkerName = $"p{_lives}";
                })
                .Handle("work", Work)
                .Handle("keyed", Keyed);
            engine.Start();
            faults.Chance = 0.06;
            return (engine, faults);
        }

        private async Task Work(JobContext context, CancellationToken cancellationToken)
        {
            if (!_tokens.TryGetValue(context.RunId, out var tokens))
            {
                _tokens.Add(context.RunId, tokens = []);
            }

            Assert.DoesNotContain(context.FencingToken, tokens);
            tokens.Add(context.FencingToken);
            switch (_random.Next(12))
            {
                case 0:
                    throw new InvalidOperationException("no");
                case 1:
                    throw new SnoozeException(TimeSpan.FromSeconds(_random.Next(5)));
                case 2:
                    await Task.Delay(TimeSpan.FromSeconds(_random.Next(20)), _clock, cancellationToken);
                    break;
                case 3:
                    await Task.Delay(TimeSpan.FromSeconds(_random.Next(20)), _clock, CancellationToken.None);
                    break;
                case 4:
                    await context.ReportProgressAsync(_random.Next(100));
                    context.SetResult(tokens.Count);
                    break;
                case 5:
                    await context.StepAsync("once", _ =>
                    {
                        _stepsDone[context.RunId] = _stepsDone.GetValueOrDefault(context.RunId) + 1;
                        return Task.FromResult(1);
                    });
                    await Task.Delay(TimeSpan.FromMilliseconds(10), _clock, cancellationToken);
                    break;
                case 6:
                    throw new NonRetryableException("never");
            }
        }

        private async Task Keyed(JobContext context, CancellationToken cancellationToken)
        {
            // The key is exclusive among the living attempts of one process.
            var key = $"{context.Options.ConcurrencyKey} of {_lives}";
            var process = _lives;
            _keys[key] = _keys.GetValueOrDefault(key) + 1;
            Assert.True(_keys[key] == 1, $"Two runs with key {key} execute at once.");
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(_random.Next(3)), _clock, cancellationToken);
            }
            finally
            {
                if (process == _lives || _keys.GetValueOrDefault(key) > 0)
                {
                    _keys[key]--;
                }
            }
        }

        private void Step()
        {
            switch (_random.Next(15))
            {
                case < 6:
                    Enqueue();
                    break;
                case < 10:
                    _engine.Advance(TimeSpan.FromMilliseconds(_random.Next(4_000)));
                    break;
                case 10:
                    Cancel();
                    break;
                case 11:
                    _clock.SetUtcNow(_clock.GetUtcNow().AddSeconds(_random.Next(-200, 200)));
                    break;
                case 12:
                    for (var i = _random.Next(40); i > 0 && _scheduler.RunOne(); i--)
                    {
                    }

                    break;
                case 13:
                    Steal();
                    break;
                default:
                    Crash();
                    break;
            }
        }

        /// <summary>Another process takes a partition and vanishes: the epoch has risen, and nobody here was told.</summary>
        private void Steal()
        {
            var engine = _engine;
            var partition = Silos.Queues.Partitions.Of("default", $"q{_random.Next(3)}");
            _ = _scheduler.Run(async () =>
            {
                try
                {
                    await engine.Store.Runs.OpenPartitionAsync(partition, "thief", _clock.Now(), _clock.Now(), true, CancellationToken.None);
                }
                catch (StoreFaultException)
                {
                    return;
                }
            });
        }

        private void Enqueue()
        {
            var count = _random.Next(1, 6);
            var runs = Enumerable.Range(0, count).Select(_ => _engine.New(_random.Next(5) == 0 ? "keyed" : "work", run => run with
            {
                Queue = Silos.Queues.QueueName.Parse($"q{_random.Next(3)}"),
                Priority = _random.Next(3),
                DueAt = run.DueAt.AddMilliseconds(_random.Next(3) == 0 ? _random.Next(20_000) : 0),
                Options = new RunOptions
                {
                    Timeout = _random.Next(3) == 0 ? TimeSpan.FromSeconds(8) : null,
                    ConcurrencyKey = run.Handler == "keyed" ? $"k{_random.Next(2)}" : null,
                },
            })).ToList();
            runs.ForEach(run => _asked.Add(run.Id));
            var engine = _engine;
            var direct = _random.Next(4) != 0;
            var mayRepeat = _random.Next(2) == 0;
            _ = _scheduler.Run(async () =>
            {
                try
                {
                    if (direct)
                    {
                        await engine.Host.EnqueueAsync(runs, mayRepeat, CancellationToken.None);
                    }
                    else
                    {
                        await engine.Store.Runs.PostAsync(runs, CancellationToken.None);
                    }

                    runs.ForEach(run => _acknowledged.Add(run.Id));
                }
                catch (Exception exception) when (exception is UnavailableException or StoreFaultException)
                {
                    return;
                }
            });
            if (_random.Next(2) == 0)
            {
                _engine.Settle();
            }
        }

        private void Cancel()
        {
            if (_asked.Count == 0)
            {
                return;
            }

            var run = _asked.ElementAt(_random.Next(_asked.Count));
            var engine = _engine;
            var terminate = _random.Next(3) == 0;
            _ = _scheduler.Run(async () =>
            {
                try
                {
                    if (await engine.Store.Runs.RequestCancelAsync(
                        TenantId.Default, run, new CancelRequest("x", null, _clock.Now(), terminate), CancellationToken.None) is { } queue)
                    {
                        engine.Host.HintCancel(queue, run);
                    }
                }
                catch (StoreFaultException)
                {
                    return;
                }
            });
        }

        private void Crash()
        {
            // Its handlers go on as ghosts; what they still try reaches nothing.
            _engine.Store.Kill();
            _engine.Dispose();
            _lives++;
            _keys.Clear();
            (_engine, _faults) = Begin();
        }

        private void Check()
        {
            foreach (var id in _asked)
            {
                var details = _engine.Get(() => _engine.Store.Reader.FindAsync(TenantId.Default, id, CancellationToken.None).AsTask());
                if (details is null)
                {
                    Assert.False(_acknowledged.Contains(id), $"Run {id} was acknowledged and is gone.");
                    continue;
                }

                Assert.True(details.Run.State.IsFinal(), $"Run {id} is {details.Run.State} and nothing moves it: {string.Join(",", _engine.Explain(id).Select(b => b.Code))}.");
                var tokens = details.Attempts.Select(attempt => attempt.Token).ToList();
                Assert.Equal(tokens.Order().Distinct(), tokens);
                Assert.True(details.Attempts.Count(attempt => attempt.Outcome is "completed" or "skipped" or "cancelled") <= 1);
                if (details.Run.State == RunState.Completed)
                {
                    Assert.Equal("completed", details.Attempts[^1].Outcome);
                }
            }

            Assert.Equal(0, _engine.Worker.Slots.Taken);
            Assert.Equal(0, _engine.Worker.Running);
            Assert.Equal(0, _engine.Worker.Abandoned);
        }
    }

    private sealed class Faults(DeterministicScheduler scheduler, SortedDictionary<string, int> counts) : IStoreFaults
    {
        public double Chance { get; set; }

        public async ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (scheduler.Draw() >= Chance)
            {
                return FaultKind.None;
            }

            counts[site] = counts.GetValueOrDefault(site) + 1;
            return scheduler.Draw() < 0.5 ? FaultKind.Away : FaultKind.Unconfirmed;
        }

        public async ValueTask AfterAsync(string site, CancellationToken cancellationToken) => await Task.Yield();
    }
}
