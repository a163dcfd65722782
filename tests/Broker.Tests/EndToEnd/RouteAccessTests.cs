using Broker.Api.Calls;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>
/// Every route with every kind of caller. The routes come from the application itself; who may do what is said here once
/// more, in words of its own, so that a rule that is wrong and a route without one are both found.
/// </summary>
public sealed class RouteAccessTests : IAsyncLifetime
{
    const string Admin = "admin", TenantAdmin = "tenant:admin", Credentials = "credentials:read", Urls = "signed-urls:create", Forms = "post-policies:create", Audit = "audit:read";

    static readonly string[] EveryScope = [TenantAdmin, Credentials, Urls, Forms, Audit], Data = [Credentials, Urls, Forms];
    static readonly string[] Readers = [TenantAdmin, .. Data], Administrators = [TenantAdmin], Nobody = [];

    /// <summary>What an operation takes: the scopes beside admin, whether it only reads, and a body that is good.</summary>
    sealed record Expected(string[] Scopes, bool Reads = false, object? Body = null, bool NeedsDefaultRole = false);

    static readonly object Definition = new { storage = "main", access = new[] { "read", "write", "list" } };

    static readonly Dictionary<string, Expected> Operations = new()
    {
        ["ListTenants"] = new(Nobody, Reads: true),
        ["GetTenant"] = new(Administrators, Reads: true),
        ["PutTenant"] = new(Nobody, Body: new { displayName = "again" }),
        ["DeleteTenant"] = new(Nobody),
        ["SuspendTenant"] = new(Nobody),
        ["ResumeTenant"] = new(Nobody),
        ["ListRoles"] = new(Readers, Reads: true),
        ["GetRole"] = new(Readers, Reads: true),
        ["PutRole"] = new(Administrators, Body: Definition),
        ["DeleteRole"] = new(Administrators),
        ["ListRoleVersions"] = new(Administrators, Reads: true),
        ["RollbackRole"] = new(Administrators, Body: new { version = 1 }),
        ["PreviewRole"] = new(Administrators, Reads: true, Body: Definition),
        ["ExplainRole"] = new(Readers, Reads: true, Body: new { action = "oss:GetObject", key = "k" }),
        ["GetRoleStatus"] = new(Readers, Reads: true),
        ["RefreshRole"] = new(Administrators),
        ["RevokeRole"] = new(Administrators),
        ["CreateApiKey"] = new(Administrators, Body: new { }),
        ["ListApiKeys"] = new(Administrators, Reads: true),
        ["RevokeApiKey"] = new(Administrators),
        ["CreateCredentialUrl"] = new(Administrators, Body: new { }),
        ["ListCredentialUrls"] = new(Administrators, Reads: true),
        ["RevokeCredentialUrl"] = new(Administrators),
        ["GetCredentials"] = new([Credentials]),
        ["CreateSignedUrls"] = new([Urls], Body: new { method = "GET", key = "k" }),
        ["CreatePostPolicy"] = new([Forms], Body: new { key = "k" }),
        ["GuideGetStsToken"] = new([Credentials], NeedsDefaultRole: true),
        ["GuideGetPresignedUrl"] = new([Urls], NeedsDefaultRole: true),
        ["GuideGetPostSignature"] = new([Forms], NeedsDefaultRole: true),
        ["ListAudit"] = new([TenantAdmin, Audit], Reads: true),
        ["ListPlatformAudit"] = new(Nobody, Reads: true),
        ["GetStsBudget"] = new(Nobody, Reads: true),
    };

    /// <summary>Routes that need no caller.</summary>
    static readonly string[] Open = ["/healthz", "/openapi/v1.json", "/docs/scalar.js", "/docs/scalar.aspnetcore.js", "/docs/favicon.svg", "/docs/{documentName?}", "/console/{file?}"];

    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    TestBroker _broker = null!;
    int _tenants;

    public async Task InitializeAsync()
    {
        // Not how often, but who: the limit on refusals has tests of its own.
        _broker = await TestBroker.StartAsync(clock: _clock, settings: new() { ["Limits:RefusalBurst"] = "1000000" });
        await _broker.PutTenantAsync("other");
        await _broker.PutRoleAsync("other", "uploads");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    List<RouteEndpoint> Routes => [.. _broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    static RouteRule? Rule(RouteEndpoint route) => route.Metadata.GetMetadata<RouteRule>();

    static string Method(RouteEndpoint route) => route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single();

    [Fact]
    public void Every_route_has_a_rule_and_every_rule_an_expectation()
    {
        // The dashboard's are the management address's, which others show.
        var open = Routes.Where(r => Rule(r) is null).Select(r => r.RoutePattern.RawText!).Where(path => !path.StartsWith("/dashboard", StringComparison.Ordinal));
        Assert.Equal(Open.Order(), open.Distinct().Order());
        var ruled = Routes.Select(Rule).OfType<RouteRule>().Select(r => r.Name).ToList();
        Assert.Equal(ruled.Distinct(), ruled);
        Assert.Equal(Operations.Keys.Append("GetCredentialsByUrl").Order(), ruled.Order());
    }

    [Fact]
    public async Task Every_route_answers_every_kind_of_caller_as_it_must()
    {
        var wrong = new List<string>();
        var tried = 0;
        foreach (var route in Routes.Where(r => Rule(r) is { Target: not CallTarget.CredentialUrl }))
        {
            var (name, expected) = (Rule(route)!.Name, Operations[Rule(route)!.Name]);
            foreach (var who in Callers())
            {
                var place = await NewTenantAsync();
                var key = await who.Key(place);
                if (who.Suspended) (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{place.Tenant}/suspend")).DemandSuccess();
                var answer = await _broker.SendAsync(Method(route), place.Fill(route.RoutePattern.RawText!), expected.Body, key);
                tried++;
                if (!AsExpected(answer, expected, who)) wrong.Add($"{name} as {who.Name}: {answer.Status} {answer.Text[..Math.Min(120, answer.Text.Length)]}");
            }
        }
        Assert.Empty(wrong);
        Assert.True(tried > 300, $"{tried} combinations");
    }

    sealed record Who(string Name, Func<Place, Task<string?>> Key, string? Scope = null, bool Known = true, bool Foreign = false, bool Suspended = false);

    IEnumerable<Who> Callers()
    {
        yield return new("nobody", _ => Task.FromResult<string?>(null), Known: false);
        yield return new("garbage", _ => Task.FromResult<string?>("bk_aaaaaaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), Known: false);
        yield return new("an expired key", ExpiredAsync, Known: false);
        yield return new("a revoked key", RevokedAsync, Known: false);
        yield return new("admin", _ => Task.FromResult<string?>(TestBroker.AdminKey), Admin);
        yield return new("another tenant's everything", async _ => await _broker.NewKeyAsync("other", new { scopes = EveryScope }), Foreign: true);
        yield return new("a key without scopes", async place => await _broker.NewKeyAsync(place.Tenant, new { defaultRole = "uploads" }), "");
        foreach (var scope in EveryScope)
        {
            yield return new(scope, async place => await _broker.NewKeyAsync(place.Tenant, new { scopes = new[] { scope }, defaultRole = "uploads" }), scope);
            yield return new($"{scope}, suspended", async place => await _broker.NewKeyAsync(place.Tenant, new { scopes = new[] { scope }, defaultRole = "uploads" }), scope, Suspended: true);
        }
    }

    async Task<string?> ExpiredAsync(Place place)
    {
        var key = await _broker.NewKeyAsync(place.Tenant, new { scopes = EveryScope, expiresIn = 60 });
        _clock.Advance(TimeSpan.FromSeconds(61));
        return key;
    }

    async Task<string?> RevokedAsync(Place place)
    {
        var key = await _broker.NewKeyAsync(place.Tenant, new { scopes = EveryScope });
        (await _broker.SendAsync(HttpMethod.Delete, $"/v1/tenants/{place.Tenant}/api-keys/{key.Split('_')[1]}")).DemandSuccess();
        return key;
    }

    static bool AsExpected(Answer answer, Expected expected, Who who)
    {
        if (!who.Known) return answer is { Status: 401, Code: ErrorCode.Unauthenticated };
        var may = who.Scope == Admin ? !expected.NeedsDefaultRole : !who.Foreign && expected.Scopes.Contains(who.Scope);
        if (!may) return answer is { Status: 403, Code: ErrorCode.Forbidden };
        if (who.Suspended && !expected.Reads) return answer is { Status: 403, Code: ErrorCode.TenantSuspended };
        return answer.Status is 200 or 201;
    }

    sealed record Place(string Tenant, string KeyId, string UrlId)
    {
        public string Fill(string pattern) => pattern.Replace("{tenant}", Tenant, StringComparison.Ordinal).Replace("{role}", "uploads", StringComparison.Ordinal)
            .Replace("{keyId}", KeyId, StringComparison.Ordinal).Replace("{id}", UrlId, StringComparison.Ordinal);
    }

    /// <summary>A tenant of its own for each combination, because some of them end it.</summary>
    async Task<Place> NewTenantAsync()
    {
        var tenant = $"t{++_tenants}";
        await _broker.PutTenantAsync(tenant);
        await _broker.PutRoleAsync(tenant, "uploads");
        var spare = await _broker.NewKeyAsync(tenant, new { });
        var url = (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(tenant, "uploads")}/credential-urls", new { })).DemandSuccess();
        return new(tenant, spare.Split('_')[1], url.Json.GetProperty("id").GetString()!);
    }

    [Fact]
    public async Task A_foreign_tenants_answers_are_the_same_for_what_exists_and_what_does_not()
    {
        var foreign = await _broker.NewKeyAsync("other", new { scopes = EveryScope, defaultRole = "uploads" });
        var place = await NewTenantAsync();
        Place[] places = [place, place with { Tenant = "nobody" }, place with { KeyId = "zzzz", UrlId = "zzzz" }, place with { Tenant = "Not_A_Name" }];
        foreach (var route in Routes.Where(r => Rule(r) is { Target: CallTarget.Path } && r.RoutePattern.RawText!.Contains("{tenant}", StringComparison.Ordinal)))
        {
            var answers = new List<string>();
            foreach (var at in places)
            {
                var answer = await _broker.SendAsync(Method(route), at.Fill(route.RoutePattern.RawText!), Operations[Rule(route)!.Name].Body, foreign);
                var headers = string.Join('\n', answer.Headers.Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(',', h.Value)}"));
                answers.Add($"{answer.Status}\n{headers}\n{answer.Text.Replace(answer.Json.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal)}");
            }
            Assert.Single(answers.Distinct());
            Assert.StartsWith("403", answers[0], StringComparison.Ordinal);
        }
    }
}
