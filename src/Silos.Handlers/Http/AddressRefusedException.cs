namespace Silos.Handlers.Http;

/// <summary>The address is one that the rules do not let the handler connect to.</summary>
internal sealed class AddressRefusedException(string message) : Exception(message)
{
    public static AddressRefusedException For(string host, string kind) => new(Explain(host, kind));

    public static string Explain(string host, string kind) =>
        $"Refused to connect to {host}: it is {kind}. "
        + $"Allow it with {HttpHandlerOptions.Section}:{nameof(HttpHandlerOptions.AllowedHosts)}, "
        + $"{nameof(HttpHandlerOptions.AllowedNetworks)} or {nameof(HttpHandlerOptions.AllowPrivateNetworks)} if that is meant.";
}
