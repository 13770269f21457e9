namespace Silos.Handlers.Email;

/// <summary>How a connection to a mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Starts in the clear and must be encrypted with STARTTLS before anything else is said. Port 587 unless set.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte. Port 465 unless set.</summary>
    Implicit,

    /// <summary>In the clear; for servers on this machine or in a trusted network. Port 25 unless set.</summary>
    None,
}
