using Silos.Runs;

namespace Silos.Alarms;

/// <summary>A way to tell people of alarms: by a run, so that what is told survives crashes and is tried again.</summary>
public interface IAlarmChannel
{
    /// <summary>Gets its name, such as <c>webhook</c>.</summary>
    string Name { get; }

    /// <summary>Makes the run that tells of an alarm; null if this channel has nobody to tell.</summary>
    /// <param name="alarm">The alarm; with <see cref="Alarm.EndedAt"/> it is the end that is told.</param>
    RunRequest? Tell(Alarm alarm);
}
