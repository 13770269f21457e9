using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Silos.Web.StatusPage;

/// <summary>HTML under construction: what stands in an interpolated string is markup, what is put into it is text and gets encoded.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends markup with encoded holes; a hole that is itself <see cref="Html"/> is taken as it is.</summary>
    public Html Add([InterpolatedStringHandlerArgument("")] Markup markup)
    {
        // The handler has written into this instance already.
        _ = markup;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Writes an interpolated string into its <see cref="Html"/>.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Markup
    {
        private readonly StringBuilder _text;

        public Markup(int literalLength, int formattedCount, Html target)
        {
            _text = target._text;
            _text.EnsureCapacity(_text.Length + literalLength + (formattedCount * 16));
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(Html? html) => _text.Append(html?._text);

        public void AppendFormatted<T>(T value) =>
            _text.Append(WebUtility.HtmlEncode(Convert.ToString(value, CultureInfo.InvariantCulture)));
    }
}
