namespace Silos.Engine.Tests;

public sealed class EngineOptionsValidatorTests
{
    [Fact]
    public void A_sweep_that_would_find_jobs_overdue_is_refused_with_setting_value_and_range()
    {
        var validator = new EngineOptionsValidator();
        Assert.True(validator.Validate(null, new EngineOptions { SweepInterval = TimeSpan.FromMinutes(5) }).Succeeded);
        Assert.Equal(
            "Silos:SweepInterval (00:05:01) must be between 00:00:00.0100000 and 00:05:00.",
            validator.Validate(null, new EngineOptions { SweepInterval = TimeSpan.FromSeconds(301) }).FailureMessage);
    }
}
