using Silos.Web.Tests.Api;

namespace Silos.Cluster.Tests.Api;

/// <summary>The suite of the API on silos.</summary>
public sealed class ApiOnSilos(SiloApiHost host) : ApiSuite<SiloApiHost>(host);
