using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>What the search box of the runs makes of what people write.</summary>
public sealed class RunSearchTests
{
    [Theory]
    [InlineData("state:failed", "state Equal Failed")]
    [InlineData("state:failed,dead", "state In Failed,Dead")]
    [InlineData("-state:failed,dead", "(state NotEqual Failed and state NotEqual Dead)")]
    [InlineData("job:\"nightly report\"", "job Equal nightly report")]
    [InlineData("job:\"a,b\"", "job Equal a,b")]
    [InlineData("queue!=mail priority>=5", "(queue NotEqual mail and priority GreaterOrEqual 5)")]
    [InlineData("duration>5s", "duration Greater 5000")]
    [InlineData("duration<=250", "duration LessOrEqual 250")]
    [InlineData("error~timeout", "error Contains timeout")]
    [InlineData("worker:none", "worker Empty ")]
    [InlineData("error:any", "error NotEmpty ")]
    [InlineData("error:\"none\"", "error Equal none")]
    [InlineData("since:2h", "enqueued_at GreaterOrEqual 2026-03-02T10:00:00Z")]
    [InlineData("until:2026-03-02T09:00:00Z", "enqueued_at Less 2026-03-02T09:00:00Z")]
    [InlineData("state:failed or tag:a", "(state Equal Failed or tag Equal a)")]
    [InlineData("report", "(job Contains report or handler Contains report or error Contains report)")]
    [InlineData("01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01", "id Equal 01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01")]
    [InlineData("{\"field\":\"job\",\"operator\":\"contains\",\"value\":\"a\"}", "job Contains a")]
    public void Words_become_conditions(string text, string expected) => Assert.Equal(expected, Told(RunSearch.Parse(text, TestApi.Noon)));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void Nothing_is_everything(string text) => Assert.Null(RunSearch.Parse(text, TestApi.Noon));

    [Theory]
    [InlineData("stat:failed", "'stat' is not known")]
    [InlineData("state:tired", "must be one of scheduled")]
    [InlineData("duration>long", "must be a whole number")]
    [InlineData("job:\"open", "has no second one")]
    [InlineData("-duration>5", "goes before field:value")]
    [InlineData("{", "must be JSON")]
    public void What_cannot_be_understood_is_explained(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidException>(() => RunSearch.Parse(text, TestApi.Noon)).Message, StringComparison.Ordinal);

    /// <summary>Writes a filter down, groups of one left out.</summary>
    private static string Told(Filter? filter) => filter switch
    {
        FilterGroup { Conditions: [var only] } => Told(only),
        FilterGroup group => $"({string.Join(group.All ? " and " : " or ", group.Conditions.Select(Told))})",
        FilterCondition condition => $"{condition.Field} {condition.Operator} {string.Join(',', condition.Values.Select(Told))}",
        _ => "everything",
    };

    private static string Told(object value) => value is DateTimeOffset instant
        ? instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)
        : value is RunState state ? $"{state}" : $"{value}";
}
