using Silos.Cluster.Limits;
using Silos.Engine.Queues;

namespace Silos.Cluster.Tests.Limits;

/// <summary>
/// Partitions, homes and a network that delays, reorders and loses what is said, drawn from one seed. Owners die, partitions move with
/// what executes, and owners that were overtaken go on talking. Starting needs the current epoch, as the store would demand.
/// </summary>
internal sealed class LimitWorld
{
    private readonly Random _random;
    private readonly Dictionary<GateKey, int> _limits;
    private readonly List<Owner> _owners = [];
    private readonly List<Owner> _overtaken = [];
    private readonly List<Message> _network = [];
    private readonly List<Run> _executing = [];
    private readonly int _partitions;

    public LimitWorld(int seed, int partitions, Dictionary<GateKey, int> limits)
    {
        _random = new Random(seed);
        _partitions = partitions;
        _limits = limits;
        for (var number = 0; number < partitions; number++)
        {
            _owners.Add(new Owner(number, 1, partitions));
        }

        _owners.ForEach(owner => owner.Holder.Open(owner.Epoch));
    }

    public DateTimeOffset Now { get; private set; } = DateTimeOffset.UnixEpoch;

    public bool Calm { get; set; }

    public int Finished { get; private set; }

    public int Crashes { get; private set; }

    public int Most { get; private set; }

    public int Waiting => _owners.Sum(owner => owner.Ready.Count + owner.Parked.Values.Sum(runs => runs.Count));

    public string Seen => $"{Finished} finished, {_executing.Count} executing, {Waiting} waiting";

    public void Add(int partition, params GateKey[] gates) => _owners[partition].Ready.Add(
        new Run(partition, [.. gates.Order(Comparer<GateKey>.Create((a, b) => a.Kind.CompareTo(b.Kind))).Select(gate => (gate, _limits[gate]))]));

    /// <summary>One thing happens.</summary>
    public void Step()
    {
        switch (_random.Next(Calm ? 7 : 10))
        {
            case 0 or 1 or 2 when _network.Count > 0:
                Deliver();
                break;
            case 3:
                Dispatch(_owners[_random.Next(_partitions)]);
                break;
            case 4 when _executing.Count > 0:
                End(_executing[_random.Next(_executing.Count)]);
                break;
            case 5:
                Now += TimeSpan.FromMilliseconds(_random.Next(300));
                var looks = _owners[_random.Next(_partitions)];
                looks.Holder.Look(Now);
                Say(looks);
                break;
            case 6:
                Collect(_owners[_random.Next(_partitions)]);
                break;
            case 7 when _random.Next(4) == 0:
                Move(_random.Next(_partitions), dies: _random.Next(2) == 0);
                break;
            case 8 when _network.Count > 0:
                Lose();
                break;
            case 9 when _overtaken.Count > 0:
                Babble(_overtaken[_random.Next(_overtaken.Count)]);
                break;
        }

        foreach (var gate in _executing.SelectMany(run => run.Needs).GroupBy(need => need.Gate))
        {
            Most = Math.Max(Most, gate.Count());
            Assert.True(gate.Count() <= _limits[gate.Key], $"{gate.Count()} of {gate.Key} execute, at most {_limits[gate.Key]} may; {Seen}");
        }
    }

    private void Dispatch(Owner owner)
    {
        foreach (var gate in owner.Arrived.ToList())
        {
            var passed = 0;
            if (owner.Parked.TryGetValue(gate, out var parked))
            {
                for (var free = owner.Holder.Free(gate, _limits[gate]); free > 0 && parked.Count > 0; free--)
                {
                    owner.Ready.Add(parked[0]);
                    parked.RemoveAt(0);
                    passed++;
                }
            }

            owner.Holder.Await(gate, parked is { Count: > 0 } ? parked[0].Needs : [], parked?.Count ?? 0, passed, Now);
        }

        owner.Arrived.Clear();
        foreach (var run in owner.Ready.ToList())
        {
            // Sometimes there is no slot.
            if (_random.Next(5) == 0)
            {
                continue;
            }

            owner.Ready.Remove(run);
            if (owner.Holder.TryTake(run.Needs, Now) is not { } missing)
            {
                _executing.Add(run);
            }
            else
            {
                (owner.Parked.TryGetValue(missing, out var parked) ? parked : owner.Parked[missing] = []).Add(run);
            }
        }

        owner.Holder.Settle(Now);
        Say(owner);
    }

    private void End(Run run)
    {
        _executing.Remove(run);
        Finished++;
        var owner = _owners[run.Partition];
        owner.Holder.Return(run.Needs, Now);
        owner.Arrived.UnionWith(run.Needs.Select(need => need.Gate));
    }

    private void Move(int number, bool dies)
    {
        Crashes++;
        var old = _owners[number];
        if (_random.Next(2) == 0)
        {
            old.Holder.Close();
        }

        _overtaken.Add(old);
        var owner = new Owner(number, old.Epoch + 1, _partitions);
        owner.Ready.AddRange(old.Ready.Concat(old.Parked.Values.SelectMany(runs => runs)));
        foreach (var run in _executing.Where(run => run.Partition == number).ToList())
        {
            // Some executed in the process that died.
            if (dies && _random.Next(2) == 0)
            {
                _executing.Remove(run);
                owner.Ready.Add(run);
            }
            else
            {
                owner.Holder.Take(run.Needs, Now);
            }
        }

        owner.Holder.Open(owner.Epoch);
        _owners[number] = owner;
        Say(owner);
    }

    private void Say(Owner owner)
    {
        foreach (var home in owner.Holder.Unsaid())
        {
            if (owner.Holder.Next(home, Now) is { } report)
            {
                _network.Add(new Message(owner, report, null, Asked: true));
            }
        }
    }

    /// <summary>An owner that was overtaken and does not know: what it says is on its way already, for its lease is over.</summary>
    private void Babble(Owner owner)
    {
        foreach (var home in owner.Holder.Unsaid())
        {
            if (owner.Holder.Next(home, Now) is { } report)
            {
                _network.Add(new Message(owner, report, null, Asked: true));
            }
        }
    }

    private void Collect(Owner home)
    {
        if (home.Authority is not { IsComplete: false, IsAwaited: true } authority)
        {
            return;
        }

        foreach (var number in authority.Missing())
        {
            if (_owners[number].Holder.Tell(home.Number, home.Epoch, Now) is { } report)
            {
                _network.Add(new Message(_owners[number], report, null, Asked: false));
            }
        }
    }

    private void Deliver()
    {
        var message = Take();
        if (message.Answer is { } answer)
        {
            message.To.Arrived.UnionWith(message.To.Holder.Apply(answer, message.Asked));
            Say(message.To);
            return;
        }

        var report = message.Report!;
        var home = _owners[report.Home];
        home.Authority ??= new LimitAuthority(home.Number, home.Epoch, _partitions);
        if (home.Authority.Receive(report) is { } heard)
        {
            _network.Add(new Message(message.To, null, heard, message.Asked));
        }
        else
        {
            message.To.Holder.Failed(report);
        }

        foreach (var news in home.Authority.TakeNews())
        {
            // It reaches who owns the partition now, or who did.
            var to = _owners[news.Holder.Partition].Epoch == news.Holder.Epoch || _random.Next(2) == 0
                ? _owners[news.Holder.Partition]
                : _overtaken.Find(owner => owner.Number == news.Holder.Partition && owner.Epoch == news.Holder.Epoch)!;
            _network.Add(new Message(to, null, news, Asked: false));
        }
    }

    private void Lose()
    {
        var message = Take();
        if (message is { Report: { } report, Asked: true })
        {
            message.To.Holder.Failed(report);
        }
        else if (message is { Answer: { } answer, Asked: true })
        {
            message.To.Holder.Failed(new PermitReport(answer.Holder, answer.Home, 0, answer.Sequence, true, []));
        }
    }

    private Message Take()
    {
        var index = _random.Next(_network.Count);
        var message = _network[index];
        _network.RemoveAt(index);
        return message;
    }

    /// <summary>A report with its sender, or an answer with its receiver.</summary>
    private sealed record Message(Owner To, PermitReport? Report, PermitAnswer? Answer, bool Asked);

    private sealed record Run(int Partition, List<(GateKey Gate, int Limit)> Needs)
    {
        public bool Equals(Run? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    private sealed class Owner(int number, long epoch, int partitions)
    {
        public int Number { get; } = number;

        public long Epoch { get; } = epoch;

        public PermitHolder Holder { get; } = new(number, partitions);

        public LimitAuthority? Authority { get; set; }

        public List<Run> Ready { get; } = [];

        public Dictionary<GateKey, List<Run>> Parked { get; } = [];

        public HashSet<GateKey> Arrived { get; } = [];
    }
}
