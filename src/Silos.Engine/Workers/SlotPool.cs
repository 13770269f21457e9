namespace Silos.Engine.Workers;

/// <summary>The slots of a process, handed out to partitions by turns.</summary>
internal sealed class SlotPool(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<SlotShare> _waiting = new();
    private int _free = capacity;

    /// <summary>Gets how many slots there are.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Gets how many are taken.</summary>
    public int Taken
    {
        get
        {
            lock (_lock)
            {
                return Capacity - _free;
            }
        }
    }

    /// <summary>Takes up to <paramref name="want"/> slots. Who gets fewer waits in line and is told when there are some.</summary>
    public int Take(SlotShare share, int want)
    {
        List<SlotShare>? told = null;
        int got;
        lock (_lock)
        {
            got = Math.Min(share.Granted, want);
            _free += share.Granted - got;
            share.Granted = 0;

            // Others who wait keep their part of what is free.
            var open = _waiting.Count == 0 ? _free : Math.Max(Math.Min(1, _free), _free / (_waiting.Count + 1));
            var more = Math.Min(open, want - got);
            _free -= more;
            got += more;
            if (got < want && !share.IsWaiting)
            {
                share.IsWaiting = true;
                share.Want = want - got;
                _waiting.Enqueue(share);
            }

            Distribute(ref told, except: share);
        }

        Tell(told);
        return got;
    }

    /// <summary>Gives slots back.</summary>
    public void Return(int count)
    {
        if (count == 0)
        {
            return;
        }

        List<SlotShare>? told = null;
        lock (_lock)
        {
            _free += count;
            Distribute(ref told, except: null);
        }

        Tell(told);
    }

    private void Distribute(ref List<SlotShare>? told, SlotShare? except)
    {
        for (var left = _waiting.Count; left > 0 && _free > 0; left--)
        {
            var share = _waiting.Dequeue();
            if (share == except)
            {
                _waiting.Enqueue(share);
                continue;
            }

            var part = Math.Min(share.Want, Math.Max(1, _free / left));
            share.Granted += part;
            share.IsWaiting = false;
            _free -= part;
            (told ??= []).Add(share);
        }
    }

    private static void Tell(List<SlotShare>? told)
    {
        if (told is not null)
        {
            foreach (var share in told)
            {
                share.OnGranted();
            }
        }
    }
}

/// <summary>One partition's place in the line for slots.</summary>
/// <param name="onGranted">Called when slots were set aside for it; from any thread, must not do work.</param>
internal sealed class SlotShare(Action onGranted)
{
    /// <summary>Gets or sets how many slots are set aside; guarded by the pool.</summary>
    public int Granted { get; set; }

    /// <summary>Gets or sets how many more it could use; guarded by the pool.</summary>
    public int Want { get; set; }

    /// <summary>Gets or sets whether it stands in line; guarded by the pool.</summary>
    public bool IsWaiting { get; set; }

    public void OnGranted() => onGranted();
}
