using System.Net;
using Silos.Cluster.Queues;

namespace Silos.Cluster.Tests.Queues;

public sealed class PartitionSpreadTests
{
    private static SiloAddress Silo(int number, int generation = 1) => SiloAddress.New(IPAddress.Loopback, 11_000 + number, generation);

    private static SiloAddress[] Silos(int count) => [.. Enumerable.Range(1, count).Select(number => Silo(number))];

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(31), InlineData(40)]
    public void Every_silo_gets_its_even_share(int count)
    {
        var shares = PartitionSpread.Of(Silos(count)).CountBy(silo => silo).Select(share => share.Value).ToList();

        Assert.InRange(shares.Max() - (count > 32 ? 1 : shares.Min()), 0, 1);
        Assert.Equal(Math.Min(count, 32), shares.Count);
    }

    [Fact]
    public void Everybody_computes_the_same_in_whatever_order_silos_are_known()
    {
        Assert.Equal(PartitionSpread.Of(Silos(5)), PartitionSpread.Of([.. Silos(5).Reverse()]));
    }

    [Fact]
    public void A_silo_that_comes_takes_little_more_than_its_share()
    {
        var before = PartitionSpread.Of(Silos(4));
        var after = PartitionSpread.Of(Silos(5));

        Assert.InRange(before.Zip(after).Count(pair => !pair.First.Equals(pair.Second)), 6, 16);
    }
}
