using System.Globalization;
using System.Reflection;
using System.Text;
using Silos.Grains.Wire;

namespace Silos.Cluster.Tests.Wire;

/// <summary>Writes what crosses between processes as text: grain interfaces with their methods, types with their members.</summary>
internal static class ContractText
{
    public static string Write(IEnumerable<Assembly> assemblies, ContractTypes types)
    {
        var text = new StringBuilder("# What crosses between processes of a Silos cluster. Compared by ContractTests.\n");
        foreach (var grain in assemblies.SelectMany(ContractTypes.GrainInterfaces))
        {
            text.Append(CultureInfo.InvariantCulture, $"\ngrain {grain.FullName}\n");
            foreach (var method in ContractTypes.Methods(grain))
            {
                var result = ContractTypes.Result(method) is { } type ? Name(type) : "nothing";
                text.Append(CultureInfo.InvariantCulture, $"    {method.Name}({string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))}): {result}\n");
            }
        }

        foreach (var type in types.All.OrderBy(Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\ntype {(type.IsGenericType ? Name(type) : type.FullName)}\n");
            if (type.IsEnum)
            {
                foreach (var value in Enum.GetValues(type))
                {
                    text.Append(CultureInfo.InvariantCulture, $"    {value} = {Convert.ToInt64(value, CultureInfo.InvariantCulture)}\n");
                }
            }

            foreach (var member in ContractTypes.Members(type))
            {
                var required = member.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)) ? "required " : string.Empty;
                text.Append(CultureInfo.InvariantCulture, $"    {required}{member.Name}: {Name(member.PropertyType)}\n");
            }
        }

        return text.ToString();
    }

    public static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? $"{Name(inner)}?"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    /// <summary>Finds the checked-in file from the binaries upwards.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Silos.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "Silos.Cluster.Tests", "contract.txt");
            }
        }

        throw new InvalidOperationException("Silos.sln was not found above the tests.");
    }
}
