using Silos.Runs;

namespace Silos.Core.Tests.Runs;

/// <summary>What an id tells.</summary>
public sealed class RunIdTests
{
    [Theory]
    [InlineData("01ab9486-0000-7cc1-9d2e-3c1f5e7a9b01", 0x01ab94860000)]
    [InlineData("00000000-0000-7000-8000-000000000000", 0L)]
    [InlineData("01ab9486-0000-4cc1-9d2e-3c1f5e7a9b01", null)]
    [InlineData("ffffffff-ffff-7fff-bfff-ffffffffffff", null)]
    public void An_id_of_version_7_tells_when_it_was_made(string id, long? milliseconds) =>
        Assert.Equal(milliseconds, RunId.Parse(id).MadeAt?.ToUnixTimeMilliseconds());
}
