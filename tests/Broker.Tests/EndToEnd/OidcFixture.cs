using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests.EndToEnd;

/// <summary>A broker, a clock, and issuers that tenants of it trust.</summary>
sealed class OidcFixture : IAsyncDisposable
{
    public const string Audience = "broker-of-the-tests", Subject = "job-1";

    readonly List<KeyServer> _issuers = [];
    readonly TestAuthority _authority = new();

    OidcFixture() { }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    public TestBroker Broker { get; private set; } = null!;

    /// <summary>The issuer that the platform trusts.</summary>
    public KeyServer Operators => _issuers[0];

    public static async Task<OidcFixture> StartAsync(Action<WebApplicationBuilder>? adjust = null, bool? onPostgres = null, Dictionary<string, string?>? settings = null)
    {
        var fixture = new OidcFixture();
        var operators = await fixture.StartIssuerAsync();
        fixture.Broker = await TestBroker.StartAsync(clock: fixture.Clock, settings: new(settings ?? [])
        {
            ["Oidc:AllowedPrivateHosts:0"] = "localhost",
            // Why a token is refused is asked here, not how often.
            ["Limits:RefusalBurst"] = "1000000",
            ["Oidc:CertificateAuthorityFile"] = fixture._authority.File,
            ["Platform:Trust:0:Issuer"] = operators.Issuer,
            ["Platform:Trust:0:Audience"] = Audience,
            ["Platform:Trust:0:Rules:0:Claims:groups"] = "operators",
            ["Platform:Trust:0:Rules:0:Scopes:0"] = "admin",
        }, adjust: adjust, onPostgres: onPostgres);
        return fixture;
    }

    public async Task<KeyServer> StartIssuerAsync()
    {
        _issuers.Add(await KeyServer.StartAsync(_authority));
        return _issuers[^1];
    }

    /// <summary>A tenant that trusts the issuer, with the roles uploads and downloads.</summary>
    public async Task PutTenantAsync(string tenant, string issuer, object[]? rules = null, string audience = Audience)
    {
        rules ??= [new { claims = new { sub = Subject }, scopes = (string[])["credentials:read"], roles = (string[])["uploads"] }];
        var definition = new { storage = (object[])[TestBroker.Storage(tenant, $"tenants/{tenant}/")], trust = (object[])[new { issuer, audience, rules }] };
        (await Broker.SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", definition)).DemandSuccess();
        await Broker.PutRoleAsync(tenant, "uploads");
        await Broker.PutRoleAsync(tenant, "downloads");
    }

    public async Task<KeyServer> StartTrustedIssuerAsync(string tenant, object[]? rules = null)
    {
        var issuer = await StartIssuerAsync();
        await PutTenantAsync(tenant, issuer.Issuer, rules);
        return issuer;
    }

    /// <summary>The claims of a token that is accepted, with these changed; null removes one.</summary>
    public Dictionary<string, object> Claims(string issuer, params (string Name, object? Value)[] changes)
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object> { ["iss"] = issuer, ["sub"] = Subject, ["aud"] = Audience, ["iat"] = now, ["exp"] = now + 600 };
        foreach (var (name, value) in changes)
        {
            if (value is null) claims.Remove(name);
            else claims[name] = value;
        }
        return claims;
    }

    /// <summary>A token that the issuer has signed with its first key.</summary>
    public string Token(KeyServer issuer, params (string Name, object? Value)[] changes) => issuer.Keys[0].Token(Claims(issuer.Issuer, changes));

    public async Task<int> StatusAsync(string token, string tenant = "acme", string role = "uploads") => (await Broker.CredentialsAsync(tenant, role, token)).Status;

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        foreach (var issuer in _issuers) await issuer.DisposeAsync();
        _authority.Dispose();
    }
}

/// <summary>One for all tests of a class, each of which has an issuer of its own.</summary>
public sealed class SharedOidc : IAsyncLifetime
{
    internal OidcFixture Fixture { get; private set; } = null!;

    public async Task InitializeAsync() => Fixture = await OidcFixture.StartAsync();

    public async Task DisposeAsync() => await Fixture.DisposeAsync();
}
