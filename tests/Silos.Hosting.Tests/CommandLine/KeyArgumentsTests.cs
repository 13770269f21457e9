using Silos.Keys;

namespace Silos.Hosting.Tests.CommandLine;

public sealed class KeyArgumentsTests
{
    [Fact]
    public void Without_options_the_key_is_an_administrator_of_everything()
    {
        var key = KeyArguments.Parse(["keys", "create"]);
        Assert.Equal(("admin", Role.Admin, TenantScope.All, null), (key.Name, key.Role, key.Scope, key.ExpiresIn));
        Assert.Empty(key.Rest);
    }

    [Fact]
    public void Options_say_what_it_is_good_for_and_the_rest_is_the_hosts()
    {
        var key = KeyArguments.Parse(["keys", "create", "--role=viewer", "--store", "sqlite", "--tenant", "acme", "--expires-in", "90d", "--name", "ci", "--db=x.db"]);
        Assert.Equal(("ci", Role.Viewer, "acme", TimeSpan.FromDays(90)), (key.Name, key.Role, key.Scope.Text, key.ExpiresIn));
        Assert.Equal(["--store", "sqlite", "--db=x.db"], key.Rest);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "delete")]
    [InlineData("keys", "create", "--name")]
    [InlineData("keys", "create", "--name", "a/b")]
    [InlineData("keys", "create", "--tenant", "a/b")]
    [InlineData("keys", "create", "--role", "root")]
    [InlineData("keys", "create", "--expires-in", "0s")]
    public void What_is_wrong_is_refused(params string[] arguments) => Assert.Throws<UsageException>(() => KeyArguments.Parse(arguments));
}
