using System.Collections;
using System.Reflection;

namespace Silos.Cluster.Tests.Wire;

/// <summary>Compares two values member by member, without their own ideas of equality.</summary>
internal static class Alike
{
    public static void Check(object? expected, object? actual, string path)
    {
        if (expected is null || actual is null)
        {
            Assert.True(expected is null && actual is null, $"{path}: {expected ?? "null"} became {actual ?? "null"}");
            return;
        }

        switch (expected)
        {
            case DateTimeOffset instant:
                Assert.True(instant.EqualsExact(Assert.IsType<DateTimeOffset>(actual)), $"{path}: {instant:O} became {actual}");
                return;
            case string or Enum or JsonText or TenantId or Silos.Jobs.JobName or Silos.Queues.QueueName or Silos.Runs.RunId
                or TimeSpan or bool or int or long or double or byte:
                Assert.True(expected.Equals(actual), $"{path}: {expected} became {actual}");
                return;
            case IEnumerable list:
                var wanted = list.Cast<object?>().ToArray();
                var got = Assert.IsType<IEnumerable>(actual, exactMatch: false).Cast<object?>().ToArray();
                Assert.True(wanted.Length == got.Length, $"{path}: {wanted.Length} items became {got.Length}");
                for (var i = 0; i < wanted.Length; i++)
                {
                    Check(wanted[i], got[i], $"{path}[{i}]");
                }

                return;
            default:
                Assert.Equal(expected.GetType(), actual.GetType());
                foreach (var member in expected.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    Check(member.GetValue(expected), member.GetValue(actual), $"{path}.{member.Name}");
                }

                return;
        }
    }
}
