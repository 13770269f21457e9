using System.Collections.Frozen;
using System.Reflection;

namespace Silos.Grains.Wire;

/// <summary>The types that cross between processes, found in the signatures of grain interfaces.</summary>
internal sealed class ContractTypes
{
    private ContractTypes(HashSet<Type> roots)
    {
        Roots = roots.ToFrozenSet();
        var all = new HashSet<Type>();
        foreach (var root in roots)
        {
            Visit(root, all);
        }

        All = all.ToFrozenSet();
    }

    /// <summary>Gets the types of parameters and results that are ours.</summary>
    public FrozenSet<Type> Roots { get; }

    /// <summary>Gets those and everything of ours that they are made of: what may cross.</summary>
    public FrozenSet<Type> All { get; }

    /// <summary>Finds them in the grain interfaces of some assemblies.</summary>
    public static ContractTypes Of(IEnumerable<Assembly> assemblies) => new(
    [
        .. assemblies.Distinct().SelectMany(GrainInterfaces).SelectMany(Methods)
            .SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(Result(method)))
            .OfType<Type>()
            .Where(IsOurs),
    ]);

    /// <summary>Lists the grain interfaces of an assembly.</summary>
    public static IEnumerable<Type> GrainInterfaces(Assembly assembly) =>
        assembly.GetTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)).OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>Lists the methods of a grain interface.</summary>
    public static IEnumerable<MethodInfo> Methods(Type grain) =>
        grain.GetMethods(BindingFlags.Public | BindingFlags.Instance).OrderBy(method => method.Name, StringComparer.Ordinal);

    /// <summary>Gets what a method's task brings; null if nothing.</summary>
    public static Type? Result(MethodInfo method) =>
        method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null;

    /// <summary>Gets the properties of which a type's JSON is made.</summary>
    public static IEnumerable<PropertyInfo> Members(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
        .OrderBy(property => property.Name, StringComparer.Ordinal);

    /// <summary>Tells whether a type is one of ours, made of members.</summary>
    public static bool IsOurs(Type type) =>
        Assembly(type).GetName().Name?.StartsWith("Silos.", StringComparison.Ordinal) == true && !typeof(IAddressable).IsAssignableFrom(type);

    private static Assembly Assembly(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Assembly;

    private static void Visit(Type type, HashSet<Type> all)
    {
        if (type.IsArray)
        {
            Visit(type.GetElementType()!, all);
            return;
        }

        foreach (var argument in type.GetGenericArguments())
        {
            Visit(argument, all);
        }

        if (Nullable.GetUnderlyingType(type) is not null || !IsOurs(type) || !all.Add(type))
        {
            return;
        }

        foreach (var member in Members(type))
        {
            Visit(member.PropertyType, all);
        }

        foreach (var derived in type.IsAbstract ? type.Assembly.GetTypes().Where(type.IsAssignableFrom) : [])
        {
            Visit(derived, all);
        }
    }
}
