using Microsoft.AspNetCore.Http;

namespace Silos.Web.Tests.Hosts;

/// <summary>
/// A whole application that serves the API, with the settings of <see cref="TestSettings"/> and the handlers of
/// <see cref="TestHandlers"/>. A new kind of host is one class of this, and a class that derives the suite for it.
/// </summary>
public interface IApiHost : IAsyncLifetime
{
    /// <summary>Gets what to call it.</summary>
    string Name { get; }

    /// <summary>Gets a client whose base address is the host's.</summary>
    HttpClient Http { get; }

    /// <summary>Gets what it has mapped.</summary>
    IReadOnlyList<Endpoint> Endpoints { get; }
}
