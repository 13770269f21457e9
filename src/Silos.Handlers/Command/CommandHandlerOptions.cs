using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Silos.Handlers.Command;

/// <summary>Settings of the <c>command</c> handler, read from <c>Silos:Handlers:Command</c>.</summary>
/// <remarks>A payload for this handler runs programs with the rights of this process. That is why it is off until switched on here.</remarks>
public sealed class CommandHandlerOptions : IValidatableObject
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Handlers:Command";

    /// <summary>Gets or sets whether programs may be run at all. Default: false; payloads are then refused with the name of this setting.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// Gets the programs that may be run: absolute paths, or bare names that are looked up in <c>PATH</c>. Empty allows all. A
    /// program that runs other programs (<c>sh</c>, <c>env</c>) allows all, too. Default: empty.
    /// </summary>
    public IList<string> AllowedExecutables { get; } = [];

    /// <summary>Gets or sets the directory programs start in, and that relative ones in payloads start from. Default: this process's.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// Gets or sets whether programs see this process's whole environment, secrets included. Default: false; they see
    /// <c>PATH HOME USER LOGNAME SHELL LANG LC_* TZ TMPDIR</c> (on Windows also what it needs), <see cref="PassEnvironment"/>,
    /// what the payload sets, and <c>SILOS_*</c> about the run.
    /// </summary>
    public bool InheritEnvironment { get; set; }

    /// <summary>Gets the names of further environment variables that programs see. Default: none.</summary>
    public IList<string> PassEnvironment { get; } = [];

    /// <summary>
    /// Gets or sets how many lines of output go to the run's log; more are counted and dropped, though the last ones are always
    /// in the result. Default: 1,000.
    /// </summary>
    [Range(0, 100_000)]
    public int MaxLogLines { get; set; } = 1_000;

    /// <summary>Gets or sets after how many characters a line of output is cut. Default: 1,000.</summary>
    [Range(80, 10_000)]
    public int MaxLineLength { get; set; } = 1_000;

    /// <summary>Gets or sets how many of the last lines of output the result keeps. Default: 20.</summary>
    [Range(0, 100)]
    public int LastLines { get; set; } = 20;

    /// <summary>
    /// Gets or sets how long a program that is being stopped may clean up after SIGTERM before it and everything it started is
    /// killed; zero kills at once. Only on Linux; elsewhere it is killed at once. Default: 2 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WorkingDirectory is { } directory && !Directory.Exists(directory))
        {
            yield return new ValidationResult(
                $"{nameof(WorkingDirectory)} '{directory}' must be a directory that exists.", [nameof(WorkingDirectory)]);
        }

        foreach (var executable in AllowedExecutables.Where(e => !Path.IsPathFullyQualified(e) && !Executables.IsBareName(e)))
        {
            yield return new ValidationResult(
                $"{nameof(AllowedExecutables)} '{executable}' must be an absolute path or a bare name without directories.",
                [nameof(AllowedExecutables)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class CommandHandlerOptionsValidator : IValidateOptions<CommandHandlerOptions>;
