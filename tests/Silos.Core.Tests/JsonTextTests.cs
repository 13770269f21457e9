using System.Text.Json;

namespace Silos;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData(JsonText.MaxDepth, true)]
    [InlineData(JsonText.MaxDepth + 1, false)]
    public void Json_may_be_nested_so_deep_that_it_can_still_be_read_inside_of_something_else(int depth, bool accepted) =>
        Assert.Equal(accepted, JsonText.TryParse($"{new string('[', depth)}{new string(']', depth)}", out _));

    [Fact]
    public void An_object_that_is_nested_too_deeply_is_not_written()
    {
        Assert.Equal(50, JsonText.From(Nested(50)).Text.Count(c => c == '['));
        Assert.Throws<JsonException>(() => JsonText.From(Nested(JsonText.MaxDepth + 1)));

        static object Nested(int depth) => depth == 0 ? 1 : new[] { Nested(depth - 1) };
    }
}
