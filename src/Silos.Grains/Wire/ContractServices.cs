using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.Serializers;

namespace Silos.Grains.Wire;

/// <summary>Teaches Orleans' serializer our contract types, the same way in clients and silos.</summary>
internal static class ContractServices
{
    /// <summary>Adds the grain interfaces of an assembly; the client's are always there.</summary>
    public static void Add(IServiceCollection services, Assembly assembly)
    {
        services.AddSingleton(new ContractAssembly(assembly));
        if (services.Any(service => service.ServiceType == typeof(ContractCodec)))
        {
            return;
        }

        services.AddSingleton(new ContractAssembly(typeof(IJobGrain).Assembly));
        services.AddSingleton<ContractCodec>();
        services.AddSingleton<IGeneralizedCodec>(static provider => provider.GetRequiredService<ContractCodec>());
        services.AddSingleton<IGeneralizedCopier>(static provider => provider.GetRequiredService<ContractCodec>());
        services.AddSingleton<ITypeFilter>(static provider => provider.GetRequiredService<ContractCodec>());
        services.Configure<TypeManifestOptions>(static options => options.WellKnownTypeAliases[ContractCodec.Alias] = typeof(ContractCodec));
        services.Configure<ExceptionSerializationOptions>(static options => options.SupportedNamespacePrefixes.Add("Silos"));
    }
}
