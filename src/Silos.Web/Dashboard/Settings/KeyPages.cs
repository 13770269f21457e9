using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Silos.Client;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;
using Silos.Web.Keys;

namespace Silos.Web.Dashboard.Settings;

/// <summary>What the page shows on which a key is made.</summary>
/// <param name="Wish">What was written into the form so far.</param>
/// <param name="Once">The word that makes this form good for one key.</param>
/// <param name="Problem">What is wrong with what was written; null at first.</param>
internal sealed record NewKeyPage(KeyWish Wish, string Once, Problem? Problem)
{
    /// <summary>Tells what is wrong with a field; null if nothing is.</summary>
    public string? WrongWith(string field) => FormField.WrongWith(Problem, field);
}

/// <summary>What a key shall be, as written.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Tenant">What it is good for.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record KeyWish(string? Name, string? Role, string? Tenant, string? ExpiresAt)
{
    /// <summary>Gets a form in which nothing is written.</summary>
    public static KeyWish None { get; } = new(null, null, null, null);

    /// <summary>Writes it as the API is given it, whose reader then says what is wrong.</summary>
    public ReadOnlySequence<byte> ToJson() => new(System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["name"] = Name,
        ["role"] = Role,
        ["tenant"] = Tenant,
        ["expiresAt"] = ExpiresAt,
    }.ToJsonString()));
}

/// <summary>What the page shows that answers the form: the one time that the secret is seen.</summary>
/// <param name="Key">The key.</param>
/// <param name="Secret">What its owner keeps.</param>
internal sealed record MadeKeyPage(ApiKey Key, string Secret);

/// <summary>What the page shows that answers the same form sent again.</summary>
/// <param name="Key">The key that was made the first time.</param>
internal sealed record KeptKeyPage(ApiKey Key);

/// <summary>The pages on which a key is made.</summary>
/// <remarks>
/// The secret is on the answer to the form and nowhere else, so there is no redirect, and a reload sends the form again. It carries a word by which the key is
/// called, whichever silo is asked: the second time there is a key of that id, and none is made.
/// </remarks>
internal sealed class KeyPages(ISilosStore store, KeyEndpoints keys, Problems problems, Surroundings surroundings)
{
    private const string Path = "/settings/keys/new";
    private const string OnceField = "once";
    private const int OnceBytes = 16;

    public void Map(PageRoutes pages)
    {
        pages.Page<NewKeyView>(Path, "NewKeyPage", AskAsync, Role.Admin);
        pages.FormPage(Path, "NewKeyForm", Role.Admin, "key.create", MakeAsync);
    }

    private static Task<object> AskAsync(HttpContext context, Frame frame) =>
        Task.FromResult<object>(new NewKeyPage(KeyWish.None, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(OnceBytes)), null));

    private async Task<Shown> MakeAsync(HttpContext context, Frame frame, Form form)
    {
        var caller = frame.Caller;
        var wish = new KeyWish(form.Text("name", int.MaxValue), form.Text("role", int.MaxValue), form.Text("tenant", int.MaxValue), form.Moment("expiresAt"));
        if (form.Text(OnceField, int.MaxValue) is not { Length: OnceBytes * 2 } once)
        {
            throw new InvalidException(OnceField, null, "is missing; load the form again");
        }

        var token = KeyToken.NewFor($"{caller.Credential}:{once}");
        ApiKey key;
        try
        {
            key = RequestBody.Parse(wish.ToJson(), (json, wrong) => KeyEndpoints.Read(caller, token, surroundings.Clock.Now(), json, wrong));
        }
        catch (InvalidException exception)
        {
            return new Shown(typeof(NewKeyView), new NewKeyPage(wish, once, problems.Tell(context, exception)), StatusCodes.Status400BadRequest);
        }

        if (await keys.TryAddAsync(context, key))
        {
            return new Shown(typeof(MadeKeyView), new MadeKeyPage(key, token.Text), StatusCodes.Status201Created);
        }

        var kept = await store.Keys.FindAsync(token.Id, context.RequestAborted) ?? throw new UnavailableException("The key could not be made; try again.");
        return new Shown(typeof(KeptKeyView), new KeptKeyPage(kept), StatusCodes.Status409Conflict);
    }
}
