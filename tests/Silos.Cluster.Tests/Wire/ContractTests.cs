using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Silos.Cluster.Jobs;
using Silos.Grains;
using Silos.Grains.Wire;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Tests.Wire;

/// <summary>What crosses between processes: found by reflection, written and read back, immutable, and written down.</summary>
public sealed class ContractTests
{
    private const int Values = 40;

    private static readonly Assembly[] Assemblies = [typeof(IJobGrain).Assembly, typeof(JobGrain).Assembly];
    private static readonly ContractTypes Types = ContractTypes.Of(Assemblies);
    private static readonly Serializer Serializer = MakeSerializer();

    public static TheoryData<string> Contracts => [.. Types.All.Where(type => !type.IsAbstract && !type.IsEnum).Select(ContractText.Name).Order()];

    [Theory, MemberData(nameof(Contracts))]
    public void A_contract_arrives_as_it_was_sent(string name)
    {
        var type = Types.All.Single(t => ContractText.Name(t) == name);
        for (var seed = 1; seed <= Values; seed++)
        {
            var value = new RandomContracts(seed).Make(type);
            var bytes = Serializer.SerializeToArray(value);
            Alike.Check(value, Serializer.Deserialize<object>(bytes), $"{name} (seed {seed})");
        }
    }

    [Fact]
    public void Every_type_in_a_grains_signature_is_one_that_crosses_as_a_contract_or_is_simple() => Assert.All(
        Assemblies.SelectMany(ContractTypes.GrainInterfaces).SelectMany(ContractTypes.Methods),
        method => Assert.All(
            method.GetParameters().Select(p => p.ParameterType),
            type => Assert.True(
                Types.All.Contains(type) || Simple.Contains(Nullable.GetUnderlyingType(type) ?? type), $"{method.DeclaringType!.Name}.{method.Name} takes {type}")));

    [Fact]
    public void Every_grain_call_answers_with_a_reply() => Assert.All(
        ContractTypes.GrainInterfaces(typeof(IJobGrain).Assembly).SelectMany(ContractTypes.Methods),
        method => Assert.True(
            method.ReturnType == typeof(Task<Reply>) || ContractTypes.Result(method)?.GetGenericTypeDefinition() == typeof(Reply<>), method.Name));

    [Fact]
    public void A_contract_never_changes_after_it_was_made() => Assert.All(Types.All.Where(t => !t.IsEnum), type =>
    {
        Assert.All(ContractTypes.Members(type), member =>
        {
            Assert.True(
                member.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)), $"{type.Name}.{member.Name} can be set");
            Assert.True(IsImmutable(member.PropertyType), $"{type.Name}.{member.Name} is a {member.PropertyType}");
        });
        Assert.All(
            type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(f => !f.IsDefined(typeof(CompilerGeneratedAttribute))),
            field => Assert.True(field.IsInitOnly, $"{type.Name}.{field.Name} can be set"));
    });

    [Fact]
    public void A_copy_within_a_silo_is_the_same_object()
    {
        var copier = Services().GetRequiredService<DeepCopier>();
        var query = new RunQuery(TenantId.Default, new FilterGroup(All: true, []));
        Assert.Same(query, copier.Copy(query));
    }

    [Fact]
    public void The_contract_is_the_one_that_is_checked_in()
    {
        var actual = ContractText.Write(Assemblies, Types);
        var file = ContractText.Find();
        if (File.ReadAllText(file).ReplaceLineEndings("\n") != actual)
        {
            var wanted = Path.Combine(AppContext.BaseDirectory, "contract.txt");
            File.WriteAllText(wanted, actual);
            Assert.Fail(
                $"What crosses between processes differs from {file}. A member may be added if it is not required, nothing may be removed or renamed while "
                + $"silos of the previous version run. If the change is meant, copy {wanted} over it.");
        }
    }

    [Fact]
    public void Every_error_of_ours_becomes_itself_again()
    {
        SilosException[] errors =
        [
            new InvalidException([new FieldProblem("a", "b", "must be c", 3), new FieldProblem("d", null, "is missing")]),
            new NotFoundException("job", new string('x', 90)),
            new ConflictException("taken", "duplicate"),
            new TooLargeException("payload", 5, 4),
            new TooManyException("slow down", TimeSpan.FromSeconds(7)),
            new UnavailableException("away"),
            new StartupException("no") { Cause = StartupCause.Store },
        ];
        Assert.Equal(
            typeof(SilosException).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(SilosException)) && !t.IsAbstract).Select(t => t.Name).Order(),
            errors.Select(e => e.GetType().Name).Order());
        foreach (var error in errors)
        {
            var reply = new Reply<int> { Error = ReplyError.From(error) };
            var arrived = Assert.IsType<Reply<int>>(Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(reply)));
            var again = Record.Exception(() => arrived.Get())!;
            Assert.Equal(error.GetType(), again.GetType());
            foreach (var fact in error.GetType().GetProperties().Where(p => p.DeclaringType != typeof(Exception)))
            {
                Alike.Check(fact.GetValue(error), fact.GetValue(again), $"{error.GetType().Name}.{fact.Name}");
            }

            Assert.Equal(error.Message, again.Message);
        }
    }

    [Fact]
    public void A_block_of_requests_holds_them_all()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new RandomContracts(seed);
            var requests = Enumerable.Range(0, 20)
                .Select(i => i % 2 == 0
                    ? (RunRequest)random.Make(typeof(RunRequest))!
                    : new RunRequest { Handler = "work", Payload = (JsonText?)random.Make(typeof(JsonText?)), Id = (RunId?)random.Make(typeof(RunId?)), Priority = i })
                .ToArray();
            Alike.Check(requests, EnqueueBlock.Read(EnqueueBlock.Write(requests)), $"seed {seed}");
        }
    }

    [Fact]
    public void A_damaged_block_is_refused()
    {
        var block = EnqueueBlock.Write([new RunRequest { Handler = "work", Payload = JsonText.From("x") }, new RunRequest { Handler = "work", Name = "n" }]);
        for (var length = 0; length < block.Length; length++)
        {
            Assert.Throws<InvalidException>(() => EnqueueBlock.Read(block[..length]));
        }

        block[0] = 9;
        Assert.Throws<InvalidException>(() => EnqueueBlock.Read(block));
    }

    private static readonly HashSet<Type> Simple =
        [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(byte[]), typeof(DateTimeOffset), typeof(TimeSpan), typeof(CancellationToken)];

    private static bool IsImmutable(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var inner
        && (inner.IsEnum || inner.IsPrimitive || inner == typeof(string) || inner == typeof(DateTimeOffset) || inner == typeof(TimeSpan) || inner == typeof(Guid)
            || inner == typeof(object) // A filter's value, one of five immutable types.
            || inner == typeof(byte[]) // A block, which is only read.
            || Types.All.Contains(inner)
            || (inner.IsGenericType && inner.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && IsImmutable(inner.GetGenericArguments()[0])));

    private static Serializer MakeSerializer() => Services().GetRequiredService<Serializer>();

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSerializer();
        ContractServices.Add(services, typeof(JobGrain).Assembly);
        return services.BuildServiceProvider();
    }
}
