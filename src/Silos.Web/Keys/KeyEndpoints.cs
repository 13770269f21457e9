using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Client.Json;
using Silos.Client.Keys;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Http;

namespace Silos.Web.Keys;

/// <summary><c>/api/keys</c>: who else gets in; <c>/api/whoami</c>: who did.</summary>
internal sealed class KeyEndpoints(ISilosStore store, KeyRing ring, Surroundings surroundings)
{
    private const int MostKeys = 1_000;

    public void Map(ApiRoutes api)
    {
        api.Get("/api/whoami", "WhoAmI", "Tell who the credential is, and what it may do", WhoAmIAsync)
            .Needs(Role.Viewer).Gives<WhoAmIResponse>();
        api.Get("/api/keys", "ListKeys", "List keys, those that are good first, and of each the latest first, without their secrets", ListAsync)
            .Needs(Role.Admin)
            .Query("cursor", "The next of the previous page.")
            .Query("limit", "How many at most, 1 to 1000. Default: 1000.")
            .Gives<KeyListResponse>();
        api.Post("/api/keys", "CreateKey", "Make a key; its secret is shown now and never again", CreateAsync)
            .Needs(Role.Admin).Audited("key.create", "key")
            .Takes<CreateKeyRequest>().Gives<NewKeyResponse>(StatusCodes.Status201Created);
        api.Delete("/api/keys/{id}", "RevokeKey", "Revoke a key at once, and the sessions opened with it", RevokeAsync)
            .Needs(Role.Admin).Audited("key.revoke", "key").GivesNothing();
    }

    private static Task WhoAmIAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        IReadOnlyList<string> tenants = caller.Scope.IsAll ? [TenantScope.Everything] : [.. caller.Scope.Tenants.Select(tenant => tenant.Value)];
        var answer = new WhoAmIResponse(caller.Name, CallerWords.Of(caller.Kind), caller.Role.ToText(), caller.Tenant.Value, tenants);
        return Answer.OkAsync(context, answer, ClientJson.Readable.WhoAmIResponse);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var limit = query.Number("limit", 1, MostKeys, MostKeys);
        var from = query.Number("cursor", 0, int.MaxValue - MostKeys, 0);
        query.Close();
        var keys = await VisibleAsync(Caller.Of(context), from, limit + 1, context.RequestAborted);
        var next = keys.Count > limit ? (from + limit).ToString(CultureInfo.InvariantCulture) : null;
        var answer = new KeyListResponse([.. keys.Take(limit).Select(key => Fill(key, Empty(key)))], next);
        await Answer.OkAsync(context, answer, ClientJson.Readable.KeyListResponse);
    }

    /// <summary>Lists the keys that somebody sees: those that are good first, and of each the latest first.</summary>
    internal ValueTask<IReadOnlyList<ApiKey>> VisibleAsync(Caller caller, int from, int limit, CancellationToken cancellationToken)
    {
        // Who is good for every tenant sees every key, unless the request is about one tenant.
        var tenant = caller is { Scope.IsAll: true, PickedTenant: false } ? (TenantId?)null : caller.Tenant;
        return store.Keys.ListAsync(new KeyQuery(tenant, surroundings.Clock.Now()) { Offset = from, Limit = limit }, cancellationToken);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var now = surroundings.Clock.Now();
        var token = KeyToken.New();
        var key = await RequestBody.ReadAsync(context, BodyLimits.Small, (json, problems) => Read(caller, token, now, json, problems));
        if (!await TryAddAsync(context, key))
        {
            throw new UnavailableException("The key could not be made; try again.");
        }

        var empty = Empty(key);
        var answer = (NewKeyResponse)Fill(key, new NewKeyResponse
        {
            Id = empty.Id,
            Name = empty.Name,
            Tenant = empty.Tenant,
            Role = empty.Role,
            Prefix = empty.Prefix,
            CreatedBy = empty.CreatedBy,
            Key = token.Text,
        });
        await Answer.WriteAsync(context, StatusCodes.Status201Created, answer, ClientJson.Readable.NewKeyResponse);
    }

    /// <summary>Stores a key and notes it for the audit log; false when there is one with its id.</summary>
    internal async Task<bool> TryAddAsync(HttpContext context, ApiKey key)
    {
        if (!await store.Keys.TryAddAsync(key, context.RequestAborted))
        {
            return false;
        }

        var note = AuditNote.Of(context);
        note.Target = key.Name;
        note.Tenant = key.Scope.IsAll ? null : key.Scope.First;
        note.Detail["id"] = key.Id;
        note.Detail["role"] = key.Role.ToText();
        note.Detail["tenant"] = key.Scope.Text;
        return true;
    }

    /// <summary>Reads what a key shall be, and reports what somebody may not give away or is wrong.</summary>
    internal static ApiKey Read(Caller caller, KeyToken token, DateTimeOffset now, JsonElement json, List<FieldProblem> problems)
    {
        var key = new ApiKey
        {
            Id = token.Id,
            Name = string.Empty,
            Scope = TenantScope.Of(caller.Tenant),
            Role = Role.Viewer,
            Hash = token.Hash,
            CreatedAt = now,
            CreatedBy = caller.Name,
        };
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return key;
        }

        key = key with { Name = fields.Name("name", required: true) ?? string.Empty, ExpiresAt = fields.Instant("expiresAt") };
        if (fields.Text("role", 20, required: true) is { } word)
        {
            if (Roles.TryParse(word, out var role))
            {
                key = key with { Role = role };
            }
            else
            {
                fields.Report("role", word, "must be viewer, operator or admin");
            }
        }

        if (fields.Text("tenant", Names.MaxLength) is { } tenant)
        {
            key = key with { Scope = ScopeOf(caller, tenant, fields) ?? key.Scope };
        }

        if (key.ExpiresAt <= now)
        {
            fields.Report("expiresAt", InstantText.Format(key.ExpiresAt.Value), "must be in the future");
        }

        fields.Close();
        return key;
    }

    /// <summary>Nobody gives away more than they have.</summary>
    private static TenantScope? ScopeOf(Caller caller, string text, JsonFields fields)
    {
        if (text == TenantScope.Everything && caller.Scope.IsAll)
        {
            return TenantScope.All;
        }

        if (text != TenantScope.Everything && !Names.IsValid(text, out var problem))
        {
            fields.Report("tenant", text, problem);
            return null;
        }

        if (text != TenantScope.Everything && caller.Scope.Contains(TenantId.Parse(text)))
        {
            return TenantScope.Of(TenantId.Parse(text));
        }

        fields.Report("tenant", text, $"is not a tenant of this credential (its own: {string.Join(", ", caller.Scope.Tenants)})");
        return null;
    }

    private async Task RevokeAsync(HttpContext context)
    {
        await RevokeNamedAsync(context);
        await Answer.NoContentAsync(context);
    }

    /// <summary>Revokes the key that an address names, and notes it for the audit log.</summary>
    internal async Task<ApiKey> RevokeNamedAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var id = (string)context.GetRouteValue("id")!;
        var key = await store.Keys.FindAsync(id, context.RequestAborted);
        if (key is not { Kind: KeyKind.Key } || !(caller.Scope.IsAll || key.Scope.Text == caller.Tenant.Value))
        {
            throw new NotFoundException("key", id);
        }

        var revoked = await store.Keys.RevokeAsync(id, caller.Name, surroundings.Clock.Now(), context.RequestAborted);
        ring.Forget(id);
        var note = AuditNote.Of(context);
        note.Nothing = !revoked;
        note.Target = key.Name;
        note.Tenant = key.Scope.IsAll ? null : key.Scope.First;
        note.Detail["id"] = id;
        return key;
    }

    private static KeyResponse Empty(ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Tenant = key.Scope.Text,
        Role = key.Role.ToText(),
        Prefix = KeyToken.PrefixOf(key.Id),
        CreatedBy = key.CreatedBy,
    };

    private static KeyResponse Fill(ApiKey key, KeyResponse start) => start with
    {
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
        RevokedAt = key.RevokedAt,
    };
}
