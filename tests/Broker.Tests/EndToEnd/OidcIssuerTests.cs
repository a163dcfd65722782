using Microsoft.AspNetCore.Http;

namespace Broker.Tests.EndToEnd;

/// <summary>How issuers are asked for their keys: seldom, carefully, and never elsewhere than at home.</summary>
public sealed class OidcIssuerTests(SharedOidc shared) : IClassFixture<SharedOidc>
{
    readonly OidcFixture _fixture = shared.Fixture;
    readonly int _linesBefore = shared.Fixture.Broker.Log.Lines.Count;

    /// <summary>What was logged since the test began.</summary>
    IEnumerable<string> Lines => _fixture.Broker.Log.Lines.Skip(_linesBefore);

    [Fact]
    public async Task A_rotated_key_is_accepted_after_one_more_fetch_and_the_old_one_is_refused()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        var old = _fixture.Token(issuer);
        Assert.Equal(200, await _fixture.StatusAsync(old));
        issuer.Keys = [TokenKey.Rsa("r2"), .. issuer.Keys[1..]];
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
        Assert.Equal(401, await _fixture.StatusAsync(old));
        Assert.Equal((2, 2), issuer.Reads);
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_makes_one_fetch_a_minute()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
        var stranger = TokenKey.Rsa("");
        for (var minute = 1; minute <= 3; minute++)
        {
            var tokens = Enumerable.Range(0, 40).Select(i => stranger.Token(_fixture.Claims(issuer.Issuer), new { alg = "RS256", kid = $"x{i}" }));
            Assert.All(await Task.WhenAll(tokens.Select(token => _fixture.StatusAsync(token))), status => Assert.Equal(401, status));
            Assert.Equal((1 + minute, 1 + minute), issuer.Reads);
            _fixture.Clock.Advance(TimeSpan.FromSeconds(59));
            Assert.Equal(401, await _fixture.StatusAsync(stranger.Token(_fixture.Claims(issuer.Issuer))));
            Assert.Equal((1 + minute, 1 + minute), issuer.Reads);
            _fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Many_at_once_share_one_fetch()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        var token = _fixture.Token(issuer);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _fixture.StatusAsync(token))), status => Assert.Equal(200, status));
        Assert.Equal((1, 1), issuer.Reads);
    }

    [Fact]
    public async Task A_failed_fetch_is_remembered_for_some_seconds()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        var sound = issuer.KeySet;
        issuer.KeySet = Status(503);
        for (var i = 0; i < 10; i++) Assert.Equal(401, await _fixture.StatusAsync(_fixture.Token(issuer)));
        Assert.Equal((1, 1), issuer.Reads);
        issuer.KeySet = sound;
        _fixture.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
        Assert.Equal((2, 2), issuer.Reads);
    }

    [Fact]
    public async Task Known_keys_outlast_an_hour_of_the_issuers_absence_and_no_more()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
        issuer.Discovery = Status(503);
        _fixture.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
        _fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(401, await _fixture.StatusAsync(_fixture.Token(issuer)));
    }

    [Fact]
    public async Task Keys_in_use_are_renewed()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        var renewed = new TaskCompletionSource();
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
        var sound = issuer.KeySet;
        issuer.KeySet = context =>
        {
            context.Response.OnCompleted(() =>
            {
                renewed.TrySetResult();
                return Task.CompletedTask;
            });
            return sound(context);
        };
        _fixture.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
        await renewed.Task;
        Assert.Equal((2, 2), issuer.Reads);
    }

    [Fact]
    public async Task An_issuer_that_is_too_slow_is_given_up_after_five_seconds()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        var asked = new TaskCompletionSource();
        issuer.KeySet = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var answer = _fixture.StatusAsync(_fixture.Token(issuer));
        await asked.Task;
        _fixture.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(answer.IsCompleted);
        _fixture.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(401, await answer);
    }

    [Fact]
    public async Task An_issuer_that_breaks_a_rule_is_refused_and_not_followed()
    {
        var elsewhere = await _fixture.StartIssuerAsync();
        var broken = new Dictionary<string, Action<KeyServer>>
        {
            ["elsewhere-keys"] = server => server.Discovery = Json(server, "jwks_uri", $"{elsewhere.Issuer}/keys"),
            ["http-keys"] = server => server.Discovery = Json(server, "jwks_uri", $"{server.Issuer}/keys".Replace("https", "http", StringComparison.Ordinal)),
            ["user-keys"] = server => server.Discovery = Json(server, "jwks_uri", $"{server.Issuer}/keys".Replace("//", "//user@", StringComparison.Ordinal)),
            ["relative-keys"] = server => server.Discovery = Json(server, "jwks_uri", "/keys"),
            ["no-keys"] = server => server.Discovery = context => context.Response.WriteAsJsonAsync(new { issuer = server.Issuer }),
            ["another-issuer"] = server => server.Discovery = Json(server, "issuer", elsewhere.Issuer),
            ["slash-issuer"] = server => server.Discovery = Json(server, "issuer", server.Issuer + "/"),
            ["discovery-redirect"] = server => server.Discovery = Redirect($"{elsewhere.Issuer}/.well-known/openid-configuration"),
            ["keys-redirect"] = server => server.KeySet = Redirect($"{elsewhere.Issuer}/keys"),
            ["large-discovery"] = server => server.Discovery = Padded(server.Discovery),
            ["large-keys"] = server => server.KeySet = Padded(server.KeySet),
            ["garbage"] = server => server.Discovery = context => context.Response.WriteAsync("<html>"),
            ["garbage-keys"] = server => server.KeySet = context => context.Response.WriteAsync("[1]"),
            ["not-found"] = server => server.Discovery = Status(404),
            ["secret-keys"] = server => server.KeySet = context => context.Response.WriteAsJsonAsync(new { keys = new[] { new { kty = "oct", kid = "r1", k = "AAAA" } } }),
            ["impossible-keys"] = server => server.KeySet = context => context.Response.WriteAsJsonAsync(new { keys = new[] { new { kty = "RSA", kid = "r1", n = new string('A', 342), e = "AA" } } }),
            ["encryption-keys"] = server => server.KeySet = context => context.Response.WriteAsync(System.Text.Json.JsonSerializer.Serialize(new { keys = server.Keys.Select(k => k.Jwk) }).Replace("\"sig\"", "\"enc\"", StringComparison.Ordinal)),
        };
        elsewhere.Keys = [TokenKey.Rsa("r1")];
        foreach (var (tenant, breakIt) in broken)
        {
            var issuer = await _fixture.StartTrustedIssuerAsync(tenant);
            issuer.Keys = [.. elsewhere.Keys, TokenKey.Ec("e1")];
            breakIt(issuer);
            Assert.Equal((tenant, 401), (tenant, await _fixture.StatusAsync(_fixture.Token(issuer), tenant)));
            Assert.True(issuer.Requests > 0, tenant);
        }
        Assert.Equal(0, elsewhere.Requests);
    }

    [Fact]
    public async Task A_document_of_just_the_permitted_size_is_read()
    {
        var issuer = await _fixture.StartTrustedIssuerAsync("acme");
        issuer.KeySet = Padded(issuer.KeySet, 250 * 1024);
        Assert.Equal(200, await _fixture.StatusAsync(_fixture.Token(issuer)));
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_its_host_is_listed()
    {
        var issuer = await _fixture.StartIssuerAsync();
        var byAddress = issuer.Issuer.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        issuer.Discovery = context => context.Response.WriteAsJsonAsync(new { issuer = byAddress, jwks_uri = $"{byAddress}/keys" });
        await _fixture.PutTenantAsync("acme", byAddress);
        Assert.Equal(401, await _fixture.StatusAsync(issuer.Keys[0].Token(_fixture.Claims(byAddress))));
        Assert.Equal(0, issuer.Requests);
        Assert.Contains(Lines, line => line.Contains("Oidc:AllowedPrivateHosts does not list it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        using var unknown = new TestAuthority();
        await using var issuer = await KeyServer.StartAsync(unknown);
        await _fixture.PutTenantAsync("acme", issuer.Issuer);
        Assert.Equal(401, await _fixture.StatusAsync(_fixture.Token(issuer)));
        Assert.Equal(0, issuer.Requests);
        Assert.Contains(Lines, line => line.Contains("SecureConnectionError", StringComparison.Ordinal));
    }

    static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    static RequestDelegate Redirect(string target) => context =>
    {
        context.Response.Redirect(target);
        return Task.CompletedTask;
    };

    static RequestDelegate Json(KeyServer server, string name, string value) =>
        context => context.Response.WriteAsJsonAsync(new Dictionary<string, string>(server.Document) { [name] = value });

    /// <summary>The same document after so much white space; by default one byte more than is read.</summary>
    static RequestDelegate Padded(RequestDelegate document, int size = 256 * 1024 + 1) => async context =>
    {
        await context.Response.WriteAsync(new string(' ', size));
        await document(context);
    };
}
