using Silos.Runs;

namespace Silos.Alarms;

/// <summary>A way to tell people of alarms: by a run, so that what is told survives crashes and is tried again.</summary>
public interface IAlarmChannel
{
    /// <summary>Gets its name, such as <c>webhook</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Makes the run that tells of an alarm; null if this channel has nobody to tell. Whose run it is, its id and its queue are not the channel's to say:
    /// it is one of the alarm's tenant, whose people can see its payload. A handler that is only for this is best <c>Reserved</c>.
    /// </summary>
    /// <param name="alarm">The alarm; with <see cref="Alarm.EndedAt"/> it is the end that is told.</param>
    RunRequest? Tell(Alarm alarm);
}
