using Broker.Api.Calls;
using Broker.Emulator.Control;
using Broker.Tests.EndToEnd.Fuzzing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Broker.Tests.EndToEnd;

/// <summary>Does everything that the API can do, well and wrongly, and keeps what it answers.</summary>
sealed class EveryOperation(OidcFixture fixture, SecretSearch secrets)
{
    /// <summary>Stands in tokens and bodies that are refused. No other test has it: the spans of all are one stream.</summary>
    const string Marker = "planted-marker-of-every-operation";

    static readonly string[] Pages = ["/docs", "/console", "/dashboard"];

    TestBroker Broker => fixture.Broker;

    Uri Address => Broker.Http.BaseAddress!;

    /// <summary>Answers that hand out a secret.</summary>
    public List<string> Vended { get; } = [];

    /// <summary>Every other answer.</summary>
    public List<string> Shown { get; } = [];

    public async Task RunAsync()
    {
        var place = await FuzzPlace.MakeAsync(Broker, "acme");
        secrets.Add([TestBroker.AdminKey, TestBroker.KeySecret, Marker, .. place.Secrets]);
        await NarrowAsync(place);
        await MisuseAsync(place);
        await FailAsync();
        await SignInAsync();
        await CallRoutesAsync(place);
        secrets.Add(Broker.Emulator.Sessions.SelectMany(s => (string[])[s.AccessKeySecret, s.SecurityToken]));
    }

    /// <summary>Every route, by a caller who may and by one who is not known; what ends something comes last.</summary>
    async Task CallRoutesAsync(FuzzPlace place)
    {
        // Pages are files, not operations; the dashboard is on the other address.
        var routes = Broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(r => r.RoutePattern.RawText is { } path && !Pages.Any(page => path.StartsWith(page, StringComparison.Ordinal)));
        foreach (var route in routes.OrderBy(r => r.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains("DELETE")).ThenByDescending(r => r.RoutePattern.PathSegments.Count))
        {
            await place.RestoreAsync();
            var credential = route.Metadata.GetMetadata<RouteRule>() is { Target: CallTarget.DefaultRole } ? place.Keys[0] : TestBroker.AdminKey;
            foreach (var key in (string?[])[place.Keys[0] + "x", null, credential])
                await CallAsync(ValidRequests.Of(route, place, key, Address, new(0)), mustSucceed: key == credential);
        }
    }

    async Task CallAsync(FuzzRequest request, bool mustSucceed)
    {
        var answer = await RawHttp.SendAsync(Address, request.ToBytes(), ends: false);
        Assert.True(!mustSucceed || answer?.Status is 200 or 201, $"{request}: {answer}");
        Keep(request.Operation, answer!.Status, answer.Text);
    }

    void Keep(string operation, int status, string text)
    {
        secrets.Add(VendedSecrets.In(text));
        (status < 400 && VendedSecrets.Operations.Contains(operation) ? Vended : Shown).Add(text);
    }

    async Task NarrowAsync(FuzzPlace place)
    {
        foreach (var query in (string[])["", "?format=cli", "?prefix=a/", "?access=read,list", "?prefix=a/&access=read&format=cli", "?prefix=../", "?access=fly", "?minRemaining=9999"])
        {
            var answer = await Broker.CredentialsAsync(place.Tenant, "uploads", place.Keys[0], query);
            Keep("GetCredentials", answer.Status, answer.Text);
        }
        foreach (var body in (object[])[new { requests = (object[])[new { method = "GET", key = "a" }, new { method = "PUT", key = "b" }] }, new { multipart = new { key = "a", uploadId = "u", parts = 2 } }, new { method = "POST", key = "a" }])
        {
            var answer = await Broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(place.Tenant, "uploads")}/signed-urls", body, place.Keys[0]);
            Keep("CreateSignedUrls", answer.Status, answer.Text);
        }
    }

    /// <summary>Secrets in wrong places: of the path, of the query, in bodies that are refused.</summary>
    async Task MisuseAsync(FuzzPlace place)
    {
        var (path, key) = ($"/v1/credential-urls/{place.Capability}", place.Keys[0]);
        foreach (var target in (string[])[
            path + "x", path + "?x=1", path + "/", path + "/x", "/x" + path, "/" + path, path.ToUpperInvariant(), path.Replace("urls/", "urls%2F", StringComparison.Ordinal), path.Replace("urls/", "urls//", StringComparison.Ordinal),
            path.Replace("/v1", "", StringComparison.Ordinal), path.Replace("-", "%2D", StringComparison.Ordinal), $"/v1/tenants/{key}", $"/v1/tenants/acme/roles/{key}", $"/v1/tenants/acme/api-keys/{key}", $"/{key}", $"/healthz?key={key}", $"/v1/tenants?pageToken={key}"])
            foreach (var method in (string[])["GET", "POST"])
                await CallAsync(new() { Operation = "GetCredentialsByUrl", Method = method, Target = target, Path = [], Headers = [("Host", Address.Authority), ("Authorization", $"Bearer {key}")] }, mustSucceed: false);
        foreach (var body in (string[])["{\"displayName\":\"" + Marker, $$"""{"displayName":"{{Marker}}\u0001"}""", $$"""{"storage":"{{Marker}}"}""", $$"""{ "limits": { "callbackHosts": ["{{Marker}} "] } }"""])
            Keep("", 400, (await Broker.SendAsync(HttpMethod.Put, "/v1/tenants/acme", body)).Text);
    }

    /// <summary>Ways in which STS says no; what it says in words, its own signing text for one, is not repeated.</summary>
    async Task FailAsync()
    {
        foreach (var code in (string[])["SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound", "NoPermission", "EntityNotExist.Role"])
        {
            var role = $"cold-{code.ToLowerInvariant().Replace('.', '-')}";
            await Broker.PutRoleAsync("acme", role);
            Broker.Emulator.Fail(new Fault("AssumeRole", 400, code, 0, Body: $$"""{ "Code": "{{code}}", "Message": "{{Marker}}", "RequestId": "r", "HostId": "h" }"""));
            Keep("", 500, (await Broker.CredentialsAsync("acme", role)).Text);
            Keep("", 200, (await Broker.GetAsync($"{TestBroker.RolePath("acme", role)}/status")).Text);
            Keep("", 200, (await Broker.GetAsync($"{Broker.Management}readyz", key: null)).Text);
            Broker.Emulator.Heal();
        }
    }

    /// <summary>Tokens of an issuer: good ones, and some that are refused for different reasons.</summary>
    async Task SignInAsync()
    {
        var issuer = await fixture.StartTrustedIssuerAsync("signed");
        (string, object?)[] marked = [("marker", Marker)];
        foreach (var change in ((string, object?)[])[("marker", Marker), ("sub", "other"), ("aud", "other"), ("exp", 1), ("iss", "https://elsewhere.example.com")])
            foreach (var tenant in (string[])["signed", "acme"])
            {
                var token = fixture.Token(issuer, [.. marked, change]);
                secrets.Add(token.Split('.')[1..]);
                var answer = await Broker.CredentialsAsync(tenant, "uploads", token);
                Keep("GetCredentials", answer.Status, answer.Text);
            }
    }
}
