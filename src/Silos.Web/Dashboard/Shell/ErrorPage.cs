using Silos.Client;

namespace Silos.Web.Dashboard.Shell;

/// <summary>What the page about something that went wrong shows.</summary>
/// <param name="Problem">What went wrong.</param>
internal sealed record ErrorPage(Problem Problem);
