namespace Silos.Web.Alarms;

/// <summary>Which alarms to list.</summary>
internal enum AlarmSelection
{
    /// <summary>Those that last.</summary>
    Active,

    /// <summary>Also those that are over.</summary>
    All,
}
