using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Silos.Browser.Tests.Support;

namespace Silos.Browser.Tests;

/// <summary>Keys that are made and revoked on the settings page, and forms that are refused.</summary>
public sealed class KeyActionTests(Dashboard dashboard)
{
    public static TheoryData<string, bool> Looks => new(Look.All.Select(look => (look.Name, true)).Append((Look.Light.Name, false)));

    [Theory, MemberData(nameof(Looks))]
    public async Task A_key_is_made_seen_once_used_and_revoked(string of, bool script)
    {
        var look = Look.All.Single(look => look.Name == of);
        var name = $"{(script ? "deploy" : "plain")} of {of}";
        await using var visit = await dashboard.OpenAsync("/settings", look, script);
        await visit.Link("New key…").ClickAsync();

        await visit.Page.GetByLabel("Name").FillAsync("a/b");
        await visit.Page.GetByLabel("Role").SelectOptionAsync("operator");
        await visit.Button("Make key").ClickAsync();
        await Expect(visit.Get("#name-problem")).ToContainTextAsync("must not contain '/'");
        await Expect(visit.Page.GetByLabel("Role")).ToHaveValueAsync("operator");
        await LookAsync("key-wrong");

        await visit.Page.GetByLabel("Name").FillAsync(name);
        await Expect(visit.Page.GetByLabel("Tenant")).ToHaveValueAsync("default");
        await visit.Page.GetByLabel("Ends").FillAsync("2999-01-01T00:00");
        await visit.Button("Make key").ClickAsync();
        await Expect(visit.Get("h1")).ToHaveTextAsync($"Key {name}");
        var secret = (await visit.Get("#secret").TextContentAsync())!;
        Assert.Matches("^silos_[0-9a-z]{12}_[0-9a-z]{52}$", secret);
        await LookAsync("key-made");
        if (script)
        {
            await visit.Button("Copy").ClickAsync();
            await Expect(visit.Get("[data-copy]")).ToHaveTextAsync(new Regex("Copied|Selected"));
        }
        else
        {
            await Expect(visit.Get("[data-copy]")).ToBeHiddenAsync();
        }

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (await AskAsync("/api/jobs", secret), await AskAsync("/api/keys", secret)));

        // A reload sends the form again.
        await visit.Page.ReloadAsync();
        await Expect(visit.Get("[role=alert]")).ToContainTextAsync("No second key was made");
        Assert.DoesNotContain(secret[19..], await visit.Page.ContentAsync(), StringComparison.Ordinal);
        await LookAsync("key-kept");

        await visit.Link("All keys").ClickAsync();
        await Expect(visit.Get("tbody tr", name)).ToHaveCountAsync(1);
        await visit.Button($"Revoke {name}").ClickAsync();
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("is revoked");
        await Expect(visit.Get("tbody tr", name)).ToContainTextAsync("revoked");
        await Expect(visit.Button($"Revoke {name}")).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/api/jobs", secret));
        await LookAsync("settings-keys");

        await visit.GoAsync("/settings/audit?action=key.");
        await Expect(visit.Get("tbody tr", name)).ToHaveCountAsync(2);
        Assert.DoesNotContain(visit.Complaints, complaint => !complaint.Contains("status of 4", StringComparison.Ordinal));

        // What looks for barriers is a script, too.
        Task LookAsync(string page) => script ? visit.LookAsync(page, look) : visit.KeepAsync($"{page}-plain");
    }

    [Fact]
    public async Task A_form_that_is_out_of_date_is_explained_on_a_page_that_leads_back()
    {
        foreach (var look in Look.All)
        {
            await using var visit = await dashboard.OpenAsync("/jobs/heartbeat", look);
            await visit.Page.EvaluateAsync("() => document.querySelectorAll('[name=__token]').forEach((field) => { field.value = '0'; })");
            await visit.Get("summary", "Pause…").ClickAsync();
            await visit.Button("Pause job").ClickAsync();
            await Expect(visit.Get("h1")).ToHaveTextAsync("This form is out of date");
            await visit.LookAsync("refused-form", look);
            await visit.Link("Back to the page").ClickAsync();
            await Expect(visit.Page).ToHaveURLAsync(new Regex("/jobs/heartbeat$"));
            await Expect(visit.Get("#title")).Not.ToContainTextAsync("paused");

            await visit.GoAsync("/login");
            await visit.Page.EvaluateAsync("() => { document.querySelector('[name=__token]').value = '0'; }");
            await visit.Page.GetByLabel("API key").FillAsync("silos_x");
            await visit.Button("Log in").ClickAsync();
            await Expect(visit.Get("h1")).ToHaveTextAsync("This form is out of date");
            await visit.LookAsync("refused-login", look);
            await visit.Link("Back to the page").ClickAsync();
            await Expect(visit.Page).ToHaveURLAsync(new Regex("/login$"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_logs_in_with_a_key_and_out(bool script)
    {
        var key = (await dashboard.PostAsync("/api/keys", new { name = "ann", role = "viewer" }))!;
        await using var visit = await dashboard.OpenAsync("/login?next=%2Fqueues", script: script);
        await visit.Page.GetByLabel("API key").FillAsync((string)key["key"]!);
        await visit.Button("Log in").ClickAsync();

        await Expect(visit.Page).ToHaveURLAsync(new Regex("/queues$"));
        await Expect(visit.Button("Sign out")).ToBeVisibleAsync();
        await Expect(visit.Get("summary", "Pause…")).ToHaveCountAsync(0);
        await visit.Button("Sign out").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/login$"));
    }

    private async Task<HttpStatusCode> AskAsync(string path, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var response = await dashboard.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
