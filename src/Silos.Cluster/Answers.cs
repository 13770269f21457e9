using Silos.Grains;

namespace Silos.Cluster;

/// <summary>Answers grain calls: errors of ours become values, and the work is done on the thread pool, so that one busy grain's turns stay short.</summary>
internal static class Answers
{
    public static async Task<Reply<T>> Of<T>(Func<Task<T>> work)
    {
        try
        {
            return new Reply<T> { Value = await Task.Run(work) };
        }
        catch (SilosException exception)
        {
            return new Reply<T> { Error = ReplyError.From(exception) };
        }
    }

    public static async Task<Reply> Of(Func<Task> work)
    {
        try
        {
            await Task.Run(work);
            return Reply.Done;
        }
        catch (SilosException exception)
        {
            return new Reply { Error = ReplyError.From(exception) };
        }
    }
}
