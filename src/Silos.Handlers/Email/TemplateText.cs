using System.Text;

namespace Silos.Handlers.Email;

/// <summary>Replaces <c>{{name}}</c> in a text. No conditions, no loops, no raw output: data never becomes markup.</summary>
internal static class TemplateText
{
    /// <param name="text">The template.</param>
    /// <param name="where">What the template is called in messages: <c>payload.subject</c>, <c>template 'welcome_email.html'</c>.</param>
    /// <param name="variables">The values.</param>
    /// <param name="encode">Makes a value fit for the kind of text it goes into.</param>
    /// <exception cref="PayloadException">A variable is missing, or the braces do not pair up.</exception>
    public static string Render(
        string text, string where, IReadOnlyDictionary<string, string> variables, Func<string, string> encode)
    {
        var result = new StringBuilder(text.Length);
        var at = 0;
        while (true)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
            {
                return result.Append(text, at, text.Length - at).ToString();
            }

            result.Append(text, at, open - at);
            var close = text.IndexOf("}}", open + 2, StringComparison.Ordinal);
            var name = close < 0 ? string.Empty : text[(open + 2)..close].Trim();
            if (!IsName(name))
            {
                throw new PayloadException(new FieldProblem(
                    where,
                    FieldProblem.Shorten(close < 0 ? text[open..] : text[open..(close + 2)]),
                    "must have variables like {{name}}: letters, digits, '_', '-' and '.' between two pairs of braces",
                    open));
            }

            if (!variables.TryGetValue(name, out var value))
            {
                var known = variables.Count == 0 ? "there are none" : $"there are {string.Join(", ", variables.Keys)}";
                throw new PayloadException(new FieldProblem(
                    $"payload.variables.{name}", null, $"is missing, and {where} uses {{{{{name}}}}}; {known}", open));
            }

            result.Append(encode(value));
            at = close + 2;
        }
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= 100 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.');
}
