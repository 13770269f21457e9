using System.CommandLine;

namespace Silos.Cli;

/// <summary>One command. What it says about itself is in its constructor, what it does in <see cref="RunAsync"/>.</summary>
internal abstract class CliCommand : Command
{
    /// <summary>Makes a command.</summary>
    /// <param name="name">Its word.</param>
    /// <param name="description">What it does, in a line.</param>
    /// <param name="cli">What is around it.</param>
    /// <param name="examples">Ways to call it, without <c>silos</c>; pipelines in full.</param>
    protected CliCommand(string name, string description, CliParts cli, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(async (parsed, cancellationToken) => (int)await RunAsync(new CliCall(parsed, cli), cancellationToken));
    }

    /// <summary>Gets ways to call it, without <c>silos</c>.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Tells whether the same command again does nothing twice.</summary>
    public virtual bool MayRepeat(ParseResult parsed) => true;

    /// <summary>Does what it is there for.</summary>
    protected abstract Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken);

    /// <summary>Adds an argument that must be given.</summary>
    protected Argument<string> Word(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        Add(argument);
        return argument;
    }

    /// <summary>Adds an argument that must be given at least once.</summary>
    protected Argument<string[]> WordList(string name, string description)
    {
        var argument = new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.OneOrMore };
        Add(argument);
        return argument;
    }

    /// <summary>Adds an option with a value.</summary>
    protected Option<T> Value<T>(string name, string description, string value, params string[] aliases)
    {
        var option = new Option<T>(name, aliases) { Description = description, HelpName = value };
        Add(option);
        return option;
    }

    /// <summary>Adds an option that is there or not.</summary>
    protected Option<bool> Flag(string name, string description, params string[] aliases)
    {
        var option = new Option<bool>(name, aliases) { Description = description };
        Add(option);
        return option;
    }
}
