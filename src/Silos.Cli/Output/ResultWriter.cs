using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Silos.Cli.Output;

/// <summary>The only way to the console: results to standard output in the form that was asked for, notes to standard error.</summary>
internal sealed class ResultWriter(CliHost host, OutputFormat format)
{
    private static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Gets the form of results.</summary>
    public OutputFormat Format { get; } = format;

    /// <summary>Gets whether a program reads the results.</summary>
    public bool IsForPrograms => Format != OutputFormat.Table;

    /// <summary>Shows a result.</summary>
    /// <param name="value">The result, for programs.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="people">Shows it to people.</param>
    public void Show<T>(T value, JsonTypeInfo<T> type, Action<TextView> people)
    {
        if (Format == OutputFormat.Table)
        {
            var view = new TextView(Colours(host.OutIsTerminal), host.OutIsTerminal ? host.Width : null);
            people(view);
            host.Out.Write(view.ToString());
            return;
        }

        Document(JsonSerializer.SerializeToElement(value, type));
    }

    /// <summary>Writes a line for people; nothing where a program reads.</summary>
    public void Line(string text)
    {
        if (Format == OutputFormat.Table)
        {
            host.Out.WriteLine(Output.Show.Printable(text));
        }
    }

    /// <summary>Writes text as it is, whatever the form.</summary>
    public void Text(string text) => host.Out.Write(text);

    /// <summary>Writes a remark that is no result.</summary>
    public void Note(string text) => host.Error.WriteLine($"silos: {Output.Show.Printable(text)}");

    /// <summary>Begins to show how far something is; nobody sees it unless a person looks.</summary>
    public ProgressLine Progress() => new(host, host.ErrorIsTerminal && host.Variable("TERM") != "dumb");

    /// <summary>Writes JSON or YAML.</summary>
    private void Document(JsonElement element)
    {
        if (Format == OutputFormat.Yaml)
        {
            host.Out.Write(YamlWriter.Write(element));
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Pretty))
        {
            element.WriteTo(writer);
        }

        host.Out.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan).ReplaceLineEndings("\n"));
    }

    private bool Colours(bool terminal) => terminal && host.Variable("NO_COLOR") is null && host.Variable("TERM") != "dumb";
}
