using System.Reflection;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Tests.Wire;

/// <summary>Makes values of contract types with everything in them at random.</summary>
internal sealed class RandomContracts(int seed)
{
    private static readonly string[] Texts = ["", "a", "ä€😀", "\"quoted\" \\ \n\t", "<script>&'+", "null", "日本", new string('x', 300)];
    private static readonly string[] Jsons = ["null", "{}", "[1, 2.50, null]", "\"text\"", "{\"a\": {\"b\": [true]}, \"a\": 1e3}", "7"];

    private readonly Random _random = new(seed);

    public object? Make(Type type, int depth = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return _random.Next(2) == 0 ? null : Make(inner, depth);
        }

        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return values.GetValue(_random.Next(values.Length));
        }

        if (type == typeof(byte[]))
        {
            var bytes = new byte[_random.Next(20)];
            _random.NextBytes(bytes);
            return bytes;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return List(type.GetGenericArguments()[0], depth);
        }

        return Simple(type, depth) ?? (type.IsAbstract ? Derived(type, depth) : Record(type, depth));
    }

    private object? Simple(Type type, int depth) => type switch
    {
        _ when type == typeof(string) => Pick(Texts),
        _ when type == typeof(bool) => _random.Next(2) == 0,
        _ when type == typeof(int) => _random.Next(int.MinValue, int.MaxValue),
        _ when type == typeof(long) => _random.NextInt64(long.MinValue, long.MaxValue),
        _ when type == typeof(double) => _random.Next(5) == 0 ? double.NaN : _random.NextDouble() * 1e9,
        _ when type == typeof(DateTimeOffset) => Instant(),
        _ when type == typeof(TimeSpan) => _random.Next(4) == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(_random.NextInt64(0, TimeSpan.TicksPerDay * 400)),
        _ when type == typeof(JsonText) => JsonText.Parse(Pick(Jsons)),
        _ when type == typeof(RunId) => RunId.New(Instant()),
        _ when type == typeof(JobName) => JobName.Parse(Name()),
        _ when type == typeof(TenantId) => TenantId.Parse(Name()),
        _ when type == typeof(QueueName) => QueueName.Parse(Name()),
        _ when type == typeof(FilterCondition) => new FilterCondition("id", Pick(Enum.GetValues<FilterOperator>()), [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Operand())]),
        _ when type == typeof(FilterGroup) => new FilterGroup(_random.Next(2) == 0, depth > 3 ? [] : (IReadOnlyList<Filter>)List(typeof(Filter), depth + 1)),
        _ => null,
    };

    private object Operand() => _random.Next(5) switch
    {
        0 => Pick(Texts),
        1 => _random.NextInt64(),
        2 => Instant(),
        3 => RunId.New(Instant()),
        _ => Pick(Enum.GetValues<RunState>()),
    };

    private Array List(Type element, int depth)
    {
        var list = Array.CreateInstance(element, depth > 3 ? 0 : _random.Next(4));
        for (var i = 0; i < list.Length; i++)
        {
            list.SetValue(Make(element, depth + 1), i);
        }

        return list;
    }

    private object Derived(Type type, int depth)
    {
        var derived = type.Assembly.GetTypes().Where(t => !t.IsAbstract && type.IsAssignableFrom(t)).ToArray();
        return Make(Pick(derived), depth)!;
    }

    private object Record(Type type, int depth)
    {
        var nullability = new NullabilityInfoContext();
        var constructor = type.GetConstructors()
            .Where(c => c.GetParameters() is not [{ } only] || only.ParameterType != type)
            .OrderByDescending(c => c.GetParameters().Length)
            .FirstOrDefault();
        var parameters = constructor?.GetParameters() ?? [];
        var value = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. parameters.Select(p => Make(p.ParameterType, nullability.Create(p).ReadState, depth))]);
        foreach (var member in Grains.Wire.ContractTypes.Members(type))
        {
            if (!parameters.Any(p => string.Equals(p.Name, member.Name, StringComparison.OrdinalIgnoreCase)))
            {
                member.SetValue(value, Make(member.PropertyType, nullability.Create(member).ReadState, depth));
            }
        }

        return value;
    }

    private object? Make(Type type, NullabilityState state, int depth) =>
        state == NullabilityState.Nullable && !type.IsValueType && _random.Next(2) == 0 ? null : Make(type, depth + 1);

    private DateTimeOffset Instant() => new(
        _random.NextInt64(new DateTime(1990, 1, 1).Ticks, new DateTime(2100, 1, 1).Ticks), TimeSpan.FromMinutes(_random.Next(3) == 0 ? _random.Next(-700, 800) : 0));

    private string Name() => $"n{_random.Next(10)} ä€{_random.Next(100)}";

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
