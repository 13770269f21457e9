using System.CommandLine;

namespace Silos.Cli.Shell;

/// <summary><c>silos completion</c>: what a shell needs to complete commands, options and words.</summary>
internal sealed class CompletionCommand : CliCommand
{
    // Each gives the words before the cursor without the command's own name: 'silos' is also the name of a group.
    private const string Bash =
        """
        # silos completion for bash: source <(silos completion bash)
        _silos_complete() {
            local line="${COMP_LINE:0:COMP_POINT}"
            line="${line#* }"
            mapfile -t COMPREPLY < <(compgen -W "$(silos "[suggest:${#line}]" "${line}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
        }
        complete -o default -F _silos_complete silos

        """;

    private const string Zsh =
        """
        #compdef silos
        # silos completion for zsh: source <(silos completion zsh)
        _silos_complete() {
            local -a candidates
            local line="${LBUFFER#* }"
            candidates=("${(@f)$(silos "[suggest:${#line}]" "${line}" 2>/dev/null)}")
            compadd -a candidates
        }
        compdef _silos_complete silos

        """;

    private const string Fish =
        """
        # silos completion for fish: silos completion fish | source
        function __silos_complete
            set -l line (commandline -cp | string replace -r '^\S+\s+' '')
            silos "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c silos -f -a '(__silos_complete)'

        """;

    private const string Pwsh =
        """
        # silos completion for PowerShell: silos completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName silos -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $line = $commandAst.ToString().PadRight($cursorPosition).Substring(0, $cursorPosition) -replace '^\S+\s+', ''
            silos "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    private readonly Argument<string> _shell;

    public CompletionCommand(CliParts cli)
        : base("completion", "Writes what a shell needs to complete commands and options.", cli, "completion bash >> ~/.bashrc", "silos completion fish | source")
    {
        _shell = Word("shell", "bash, zsh, fish or pwsh.");
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        call.Out.Text(call.Get(_shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => Pwsh,
        });
        return Task.FromResult(CliExit.Ok);
    }
}
