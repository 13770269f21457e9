using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Silos.Secrets;

namespace Silos.Hosting.Tests.Logging;

public sealed class RedactingJsonFormatterTests
{
    private const string Quoted = """pass"word\with'all""";

    [Theory]
    [InlineData("bad connection string \"Host=db;Password=hush\"")]
    [InlineData("password: \"hush\"")]
    [InlineData("\"apiKey\":\"hush\"}")]
    [InlineData("password=\"hush\\\" next")]
    [InlineData("https://ann:hush@host/\"")]
    [InlineData("{\"token\": \"hush\", \"n\": 1}\r\nnext")]
    public void Every_line_is_JSON_whatever_stood_beside_a_secret(string message)
    {
        var line = Write(new Redactor(), message, new InvalidOperationException(message), ["name", message]);

        Assert.DoesNotContain("hush", line.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(Redactor.Mark, line.GetProperty("Message").GetString(), StringComparison.Ordinal);
        Assert.Contains(Redactor.Mark, line.GetProperty("Exception").GetString(), StringComparison.Ordinal);
        Assert.Contains(Redactor.Mark, line.GetProperty("State").GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Contains(Redactor.Mark, line.GetProperty("Scopes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_with_quotes_and_backslashes_is_found_in_message_exception_state_and_scope()
    {
        var redactor = new Redactor();
        redactor.Register(Quoted);
        var line = Write(redactor, $"with {Quoted}.", new InvalidOperationException($"at {Quoted}"), ["given", new Holder(Quoted)]);

        Assert.DoesNotContain("with'all", line.GetRawText(), StringComparison.Ordinal);
        Assert.Equal($"with {Redactor.Mark}.", line.GetProperty("Message").GetString());
        Assert.Contains($"at {Redactor.Mark}", line.GetProperty("Exception").GetString(), StringComparison.Ordinal);
        Assert.Equal($"held {Redactor.Mark}", line.GetProperty("State").GetProperty("given").GetString());
        Assert.Equal($"scope of with {Redactor.Mark}.", line.GetProperty("Scopes")[0].GetString());
    }

    [Fact]
    public void Values_under_secret_names_are_hidden_and_others_stay_what_they_are()
    {
        var line = Write(
            new Redactor(), "said", null, ["password", "abc", "Count", 17, "Token", 4L, "Flag", true, "Nothing", null, "ApiKey", 12345678, "Ratio", 1.5, "Kind", LogLevel.Debug]);

        var state = line.GetProperty("State");
        Assert.Equal((Redactor.Mark, Redactor.Mark), (state.GetProperty("password").GetString(), state.GetProperty("ApiKey").GetString()));
        Assert.Equal((17, 4, 1.5), (state.GetProperty("Count").GetInt32(), state.GetProperty("Token").GetInt32(), state.GetProperty("Ratio").GetDouble()));
        Assert.Equal((JsonValueKind.True, JsonValueKind.Null, "Debug"), (state.GetProperty("Flag").ValueKind, state.GetProperty("Nothing").ValueKind, state.GetProperty("Kind").GetString()));
        Assert.Equal(("Error", "Silos.Here", 7), (line.GetProperty("LogLevel").GetString(), line.GetProperty("Category").GetString(), line.GetProperty("EventId").GetInt32()));
        Assert.False(line.TryGetProperty("Exception", out _));
    }

    /// <summary>Writes an entry and reads its line.</summary>
    private static JsonElement Write(Redactor redactor, string message, Exception? exception, object?[] namesAndValues)
    {
        using var services = new ServiceCollection()
            .AddSingleton(redactor)
            .AddLogging(logging => logging
                .AddJsonConsole(options => options.IncludeScopes = true)
                .AddConsoleFormatter<RedactingJsonFormatter, ConsoleFormatterOptions>())
            .BuildServiceProvider();
        var formatter = services.GetServices<ConsoleFormatter>().Single(one => one.Name == RedactingJsonFormatter.FormatterName);
        var state = namesAndValues.Chunk(2).Select(pair => KeyValuePair.Create((string)pair[0]!, pair[1])).ToArray();
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push($"scope of {message}");
        using var named = scopes.Push(state);
        using var writer = new StringWriter();
        formatter.Write(
            new LogEntry<KeyValuePair<string, object?>[]>(LogLevel.Error, "Silos.Here", 7, state, exception, (_, _) => message), scopes, writer);
        using var document = JsonDocument.Parse(Assert.Single(writer.ToString().TrimEnd().Split('\n')));
        return document.RootElement.Clone();
    }

    private sealed class Holder(string value)
    {
        public override string ToString() => $"held {value}";
    }
}
