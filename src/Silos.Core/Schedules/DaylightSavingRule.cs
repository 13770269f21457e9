using System.Text.Json.Serialization;

namespace Silos.Schedules;

/// <summary>Says what becomes of a schedule's times when clocks change.</summary>
/// <remarks>
/// <para>An expression is <em>interval-like</em> when its minute or hour contains <c>*</c>, a step (<c>/</c>) or a
/// range (<c>-</c>): <c>*/15 * * * *</c>, <c>0 9-17 * * *</c>. All others name <em>fixed times</em>:
/// <c>30 1 * * *</c>, <c>0 6,18 * * *</c>.</para>
/// <list type="table">
/// <listheader><term>Rule</term><description>A time that is skipped in spring; a time that comes twice in autumn</description></listheader>
/// <item><term><see cref="Default"/>, fixed</term><description>at the first instant after the gap; once, the first time</description></item>
/// <item><term><see cref="Default"/>, interval-like</term><description>elapsed time goes on: nothing in the gap; both times</description></item>
/// <item><term><see cref="Skip"/>, either</term><description>not at all; once, the first time</description></item>
/// <item><term><see cref="Both"/>, fixed</term><description>at the first instant after the gap; both times</description></item>
/// <item><term><see cref="Both"/>, interval-like</term><description>nothing in the gap; both times</description></item>
/// </list>
/// </remarks>
[JsonConverter(typeof(JsonStringEnumConverter<DaylightSavingRule>))]
public enum DaylightSavingRule
{
    /// <summary>Fixed times run exactly once a day whatever the clocks do; interval-like ones run by elapsed time.</summary>
    Default,

    /// <summary>Nothing runs for a time that does not exist, and nothing runs a second time.</summary>
    Skip,

    /// <summary>A time that comes twice runs twice.</summary>
    Both,
}
