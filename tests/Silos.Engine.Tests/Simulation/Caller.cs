using Silos.Runs;

namespace Silos.Engine.Tests.Simulation;

/// <summary>Somebody who asks for runs, repeats what was not answered under the same id, and remembers what was promised.</summary>
internal sealed class Caller(SimulatedWorld world)
{
    private readonly List<Request> _requests = [];

    /// <summary>Gets the runs that were promised.</summary>
    public HashSet<RunId> Acknowledged { get; } = [];

    /// <summary>Asks for something that need not succeed.</summary>
    public void Ask(Func<ISilosClient, Task> call) => Ask(call, insists: false);

    /// <summary>Asks for something until it was done.</summary>
    public void Insist(Func<ISilosClient, Task> call) => Ask(call, insists: true);

    /// <summary>Asks for a run until it is promised.</summary>
    public RunId Enqueue(RunRequest request)
    {
        var id = RunId.New(world.Clock.Now());
        Insist(async client => Acknowledged.Add((await client.EnqueueAsync(request with { Id = id }, CancellationToken.None)).Id));
        return id;
    }

    /// <summary>Asks again for what was not answered; true if nothing is left to ask for.</summary>
    public bool Repeat()
    {
        for (var i = _requests.Count - 1; i >= 0; i--)
        {
            var request = _requests[i];
            if (request.Asked is { IsCompleted: false } && request.Process?.IsDead == false)
            {
                continue;
            }

            var thrown = request.Asked?.Exception?.InnerException;
            if (thrown is not null and not SilosException)
            {
                world.Broken($"a caller was given something else than an error of ours: {thrown}");
            }

            if (request.Asked?.IsCompletedSuccessfully == true
                || !request.Insists
                || (thrown is not null and not UnavailableException and not ConflictException))
            {
                _requests.RemoveAt(i);
                continue;
            }

            Send(request);
        }

        return _requests.Count == 0;
    }

    private void Ask(Func<ISilosClient, Task> call, bool insists)
    {
        var request = new Request(call, insists);
        _requests.Add(request);
        Send(request);
    }

    private void Send(Request request)
    {
        request.Asked = null;
        request.Process = world.AnyUp();
        if (request.Process is { } process)
        {
            request.Asked = process.Run(() => request.Call(process.Client));
        }
    }

    private sealed class Request(Func<ISilosClient, Task> call, bool insists)
    {
        public Func<ISilosClient, Task> Call { get; } = call;

        public bool Insists { get; } = insists;

        public Task? Asked { get; set; }

        public SimulatedProcess? Process { get; set; }
    }
}
