namespace Silos.Cli.Output;

/// <summary>The form of results.</summary>
internal enum OutputFormat
{
    /// <summary>Text and tables, for people.</summary>
    Table,

    /// <summary>What the API answers, for programs.</summary>
    Json,

    /// <summary>The same as YAML.</summary>
    Yaml,
}
