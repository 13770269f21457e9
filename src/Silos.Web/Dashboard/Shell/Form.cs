using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Schedules;
using Silos.Web.Http;
using Silos.Web.Login;

namespace Silos.Web.Dashboard.Shell;

/// <summary>What a form on a page sent. Every form of the dashboard is read here and nowhere else.</summary>
/// <remarks>
/// That it comes from a page of this host, shown to the one who sends it, has been checked by the guard, by the token that every form carries.
/// </remarks>
internal sealed class Form
{
    private readonly IFormCollection _fields;
    private readonly List<FieldProblem> _problems = [];

    private Form(IFormCollection fields) => _fields = fields;

    /// <summary>Gets the path of the page that the form stands on; the overview if that is none of ours.</summary>
    public string Back => LocalPath.Of(_fields["back"]);

    /// <summary>Gets the reason that was given, for the audit log; whoever uses it reads it with its bound.</summary>
    public string? Reason => Text("reason", int.MaxValue);

    /// <summary>Takes the form of a request, which the guard has read and checked.</summary>
    public static Form Of(HttpContext context) => new(context.Request.Form);

    /// <summary>Reads a text; blank is the same as none.</summary>
    public string? Text(string name, int longest)
    {
        var text = _fields[name].ToString().Trim();
        if (text.Length == 0)
        {
            return null;
        }

        if (text.Length > longest)
        {
            Report(name, text, $"must have at most {longest} characters, not {text.Length}");
        }

        return text;
    }

    /// <summary>Reads an instant.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (Text(name, 100) is not { } text)
        {
            Report(name, null, "is required");
            return null;
        }

        if (TryInstant(text, out var instant))
        {
            return instant;
        }

        Report(name, text, $"must be {InstantText.Hint}");
        return null;
    }

    /// <summary>Reads an instant that may be left out, as the API is given one. What is none stays as it was written: the API's reader says what is wrong with it.</summary>
    public string? Moment(string name) =>
        Text(name, int.MaxValue) is { } text && TryInstant(text, out var instant) ? InstantText.Format(instant) : Text(name, int.MaxValue);

    /// <summary>Reads an instant to show it again; null where what was written is none.</summary>
    public static DateTimeOffset? Written(string? text) => text is not null && TryInstant(text, out var instant) ? instant : null;

    /// <summary>Reads <c>from</c> and <c>to</c> of an address whose page asks for them first.</summary>
    /// <exception cref="InvalidException">One of them is no instant.</exception>
    public static (DateTimeOffset? From, DateTimeOffset? To) Stretch(IQueryCollection query)
    {
        DateTimeOffset? Read(string name) => query[name].ToString() switch
        {
            "" => null,
            var text when TryInstant(text, out var instant) => instant,
            var text => throw new InvalidException(name, text, $"must be {InstantText.Hint}"),
        };
        return (Read("from"), Read("to"));
    }

    /// <summary>Reads a JSON value; blank is the same as none.</summary>
    public JsonText? Json(string name, int longest)
    {
        if (Text(name, longest) is not { } text)
        {
            return null;
        }

        try
        {
            return RequestBody.Parse(
                new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)),
                (json, _) => JsonText.Trusted(json.GetRawText()));
        }
        catch (InvalidException exception)
        {
            _problems.AddRange(exception.Problems.Select(problem => problem with { Field = name }));
            return null;
        }
    }

    /// <summary>Reads a whole number; blank is the same as none.</summary>
    public int? Number(string name, int least, int most)
    {
        if (Text(name, 20) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Report(name, text, $"must be a whole number between {least} and {most}");
        return null;
    }

    /// <summary>Reads a duration; blank is the same as none.</summary>
    public TimeSpan? Duration(string name)
    {
        if (Text(name, 40) is not { } text)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var duration))
        {
            return duration;
        }

        Report(name, text, $"must be a duration; {DurationText.Hint}");
        return null;
    }

    /// <summary>Reads a box that may be ticked.</summary>
    public bool Flag(string name) => _fields.ContainsKey(name);

    /// <summary>Reports something about a field.</summary>
    public void Report(string name, object? value, string problem) =>
        _problems.Add(new FieldProblem(name, FieldProblem.Shorten(value), problem));

    /// <summary>Throws if anything is wrong.</summary>
    /// <exception cref="InvalidException">Something is wrong.</exception>
    public void Close()
    {
        if (_problems.Count > 0)
        {
            throw new InvalidException(_problems);
        }
    }

    /// <summary>Reads an instant. What browsers send from a field for date and time has no zone; those fields are labelled as UTC.</summary>
    private static bool TryInstant(string text, out DateTimeOffset instant) =>
        InstantText.TryParse(text, out instant)
        || InstantText.TryParse($"{text}Z", out instant)
        || InstantText.TryParse($"{text}:00Z", out instant);
}
