using System.Net;
using System.Text;
using Broker.Emulator.Signatures;
using Broker.Emulator.State;
using Broker.Tests.Emulator;

namespace Broker.Tests.EndToEnd;

/// <summary>
/// Two tenants of two roles each, whole and narrowed: whatever each of them gives is tried on the objects of all of them, and
/// does what its role itself allows and nothing else.
/// </summary>
public sealed class OssReachTests : IAsyncLifetime
{
    static readonly string[] Tenants = ["acme", "other"];
    static readonly string[] Narrowings = ["", "n/"];

    static readonly Dictionary<string, (string SubPrefix, string[] Access, string[] NarrowedAccess)> Roles = new()
    {
        ["everything"] = ("", ["read", "write", "list", "delete"], ["read", "list"]),
        ["inbox"] = ("in/", ["write", "list"], ["write"]),
    };

    /// <summary>One who holds something, where it is meant for, and what its role allows there.</summary>
    sealed record Holder(string Tenant, string Role, string Narrowing)
    {
        public string Prefix => $"tenants/{Tenant}/{Roles[Role].SubPrefix}{Narrowing}";

        /// <summary>In every place, an object of this name.</summary>
        public string Object => Prefix + "object";

        public bool May(string access, string key) =>
            key.StartsWith(Prefix, StringComparison.Ordinal) && (Narrowing.Length == 0 ? Roles[Role].Access : Roles[Role].NarrowedAccess).Contains(access);
    }

    static readonly Holder[] Holders = [.. from tenant in Tenants from role in Roles.Keys from narrowing in Narrowings select new Holder(tenant, role, narrowing)];

    readonly HttpClient _client = new();
    readonly Dictionary<Holder, Session> _sessions = [];
    TestBroker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        foreach (var tenant in Tenants)
        {
            await _broker.PutLocalTenantAsync(tenant);
            foreach (var (role, (subPrefix, access, _)) in Roles) await _broker.PutRoleAsync(tenant, role, new { storage = "main", subPrefix, access });
        }
        foreach (var holder in Holders)
        {
            var query = holder.Narrowing.Length == 0 ? "" : $"?prefix={holder.Narrowing}&access={string.Join(',', Roles[holder.Role].NarrowedAccess)}";
            _sessions[holder] = _broker.Emulator.FindSession((await _broker.CredentialsAsync(holder.Tenant, holder.Role, query: query)).DemandSuccess().AccessKeyId)!;
        }
        foreach (var place in Holders) await RestoreAsync(place);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Credentials_reach_what_their_role_allows()
    {
        foreach (var (holder, place) in from holder in Holders from place in Holders select (holder, place))
        {
            Demand(holder, "write", place, await SendAsync(holder, "PUT", place.Object));
            Demand(holder, "read", place, await SendAsync(holder, "GET", place.Object));
            Demand(holder, "list", place, await SendAsync(holder, "GET", "", $"list-type=2&prefix={place.Prefix}"));
            Demand(holder, "delete", place, await SendAsync(holder, "DELETE", place.Object));
            await RestoreAsync(place);
            var form = _sessions[holder].Form("", TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddMinutes(10));
            Demand(holder, "write", place, await PostAsync(form, place.Object));
        }
        foreach (var holder in Holders) Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(holder, "GET", "", "list-type=2"));
    }

    [Fact]
    public async Task Forms_write_below_their_own_prefix()
    {
        foreach (var holder in Holders)
        {
            var path = $"{TestBroker.RolePath(holder.Tenant, holder.Role)}/post-policies";
            var form = (await _broker.SendAsync(HttpMethod.Post, path, new { keyPrefix = holder.Narrowing })).DemandSuccess().Json.GetProperty("fields");
            foreach (var place in Holders)
            {
                var written = await PostAsync(form.EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetString()!), place.Object);
                Demand(place.Object.StartsWith(holder.Prefix, StringComparison.Ordinal), written, $"{holder} form {place}");
            }
        }
    }

    [Fact]
    public async Task Forms_of_the_guide_write_below_their_roles_prefix()
    {
        foreach (var holder in Holders.Where(h => h.Narrowing.Length == 0))
        {
            var key = await _broker.NewKeyAsync(holder.Tenant, new { scopes = new[] { "post-policies:create" }, defaultRole = holder.Role });
            var form = (await _broker.GetAsync("/get_post_signature_for_oss_upload", key)).DemandSuccess().Json;
            var fields = new Dictionary<string, string>
            {
                ["success_action_status"] = "200", ["policy"] = form.GetProperty("policy").GetString()!, ["signature"] = form.GetProperty("signature").GetString()!,
                ["OSSAccessKeyId"] = form.GetProperty("ossAccessKeyId").GetString()!, ["x-oss-security-token"] = form.GetProperty("securityToken").GetString()!,
            };
            foreach (var place in Holders) Demand(holder, "write", place, await PostAsync(fields, place.Object));
        }
    }

    [Fact]
    public async Task URLs_work_on_their_own_object()
    {
        (string Method, string Access)[] kinds = [("PUT", "write"), ("GET", "read"), ("DELETE", "delete")];
        foreach (var (holder, (method, access)) in from holder in Holders from kind in kinds select (holder, kind))
        {
            var path = $"{TestBroker.RolePath(holder.Tenant, holder.Role)}/signed-urls";
            var answer = await _broker.SendAsync(HttpMethod.Post, path, new { method, key = $"{holder.Narrowing}object" });
            Assert.Equal(Roles[holder.Role].Access.Contains(access) ? 200 : 422, answer.Status);
            if (answer.Status != 200) continue;
            var url = answer.Json.GetProperty("urls")[0].GetProperty("url").GetString()!;
            Assert.Contains(holder.Object, url, StringComparison.Ordinal);
            foreach (var place in Holders)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), url.Replace($"/{holder.Object}?", $"/{place.Object}?", StringComparison.Ordinal));
                using var response = await _client.SendAsync(request);
                Demand(place.Object == holder.Object, response.StatusCode, $"{holder} {method} {place}");
                await RestoreAsync(place);
            }
        }
    }

    static void Demand(Holder holder, string access, Holder place, HttpStatusCode status) => Demand(holder.May(access, place.Object), status, $"{holder} {access} {place}");

    static void Demand(bool allowed, HttpStatusCode status, string attempt) =>
        Assert.True(allowed ? (int)status is >= 200 and < 300 : status == HttpStatusCode.Forbidden, $"{attempt}: {status}");

    /// <summary>The object of this place, by the one role that may write there whatever else was done to it.</summary>
    async Task RestoreAsync(Holder place) =>
        Assert.Equal(HttpStatusCode.OK, await SendAsync(new(place.Tenant, "everything", ""), "PUT", place.Object));

    async Task<HttpStatusCode> SendAsync(Holder holder, string method, string key, string query = "")
    {
        var signed = new SignedRequest(method, "/", Escape.UndoPairs(query)!, []).Sign(TestBroker.Bucket, key, _sessions[holder], TimeProvider.System.GetUtcNow());
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_broker.Emulator.Oss, $"{TestBroker.Bucket}/{key}?{query}"));
        foreach (var (name, value) in signed.Headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return response.StatusCode;
    }

    async Task<HttpStatusCode> PostAsync(Dictionary<string, string> fields, string key)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Where(f => f.Key != "key").Append(new("key", key))) form.Add(new StringContent(value), $"\"{name}\"");
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes("content")), "\"file\"", "object");
        using var response = await _client.PostAsync(new Uri(_broker.Emulator.Oss, $"{TestBroker.Bucket}/"), form);
        return response.StatusCode;
    }
}
