using System.Text.Json;

namespace Broker.Tests.EndToEnd.Audited;

/// <summary>A request, and what the audit calls its caller and action.</summary>
/// <param name="Body">JSON; <c>{n}</c> in it stands for the request's number. Null: none.</param>
sealed record RequestKind(string Caller, string? Key, string Action, HttpMethod Method, string Path, string? Body = null);

/// <summary>Requests of every kind and outcome, by several callers.</summary>
static class RequestKinds
{
    static readonly string[] Data = ["credentials:read", "signed-urls:create", "post-policies:create"];

    static readonly HttpMethod Get = HttpMethod.Get, Post = HttpMethod.Post, Put = HttpMethod.Put;

    /// <summary>Makes the tenants and callers that they need.</summary>
    public static async Task<RequestKind[]> MakeAsync(TestBroker broker)
    {
        foreach (var tenant in (string[])["acme", "globex", "closed"])
        {
            await broker.PutTenantAsync(tenant);
            await broker.PutRoleAsync(tenant, "uploads");
        }
        await broker.PutRoleAsync("acme", "off", new { storage = "main", access = new[] { "read" }, disabled = true });
        RequestKind[] kinds =
        [
            .. OfBackend(await broker.NewKeyAsync("acme", new { scopes = Data, roles = new[] { "uploads", "off", "gone" }, defaultRole = "uploads" })),
            .. OfOthers(await broker.NewKeyAsync("globex", new { scopes = Data }), await broker.NewKeyAsync("closed", new { scopes = Data }), await broker.NewKeyAsync("acme", new { scopes = Data, requestsPerSecond = 5 })),
            .. OfAdministrators(await broker.NewKeyAsync("acme", new { scopes = new[] { "tenant:admin" } }), await broker.NewKeyAsync("acme", new { scopes = new[] { "audit:read" } })),
            await OfUrlAsync(broker),
        ];
        (await broker.SendAsync(Post, "/v1/tenants/closed/suspend")).DemandSuccess();
        return kinds;
    }

    static RequestKind[] OfBackend(string key)
    {
        var own = TestBroker.RolePath("acme", "uploads");
        return
        [
            By(key, "GetCredentials", Get, $"{own}/credentials"),
            By(key, "GetCredentials", Get, $"{own}/credentials?minRemaining=x"),
            By(key, "GetCredentials", Get, $"{own}/credentials?minRemaining=3600"),
            By(key, "GetCredentials", Get, $"{TestBroker.RolePath("acme", "off")}/credentials"),
            By(key, "GetCredentials", Get, $"{TestBroker.RolePath("acme", "gone")}/credentials"),
            By(key, "GetCredentials", Get, $"{TestBroker.RolePath("acme", "unbound")}/credentials"),
            By(key, "GetCredentials", Get, $"{TestBroker.RolePath("globex", "uploads")}/credentials"),
            By(key, "CreateSignedUrls", Post, $"{own}/signed-urls", new { method = "GET", key = "k{n}" }),
            By(key, "CreateSignedUrls", Post, $"{own}/signed-urls", new { method = "GET", key = "k", surprise = 1 }),
            By(key, "CreateSignedUrls", Post, $"{own}/signed-urls", new { method = "DELETE", key = "k" }),
            By(key, "CreatePostPolicy", Post, $"{own}/post-policies", new { key = "k{n}" }),
            By(key, "GetRole", Get, own),
            By(key, "PutRole", Put, own, new { storage = "main", access = new[] { "read" } }),
            By(key, "ListAudit", Get, "/v1/tenants/acme/audit"),
        ];
    }

    static RequestKind[] OfOthers(string other, string closed, string hurried) =>
    [
        By(other, "GetCredentials", Get, $"{TestBroker.RolePath("globex", "uploads")}/credentials"),
        By(other, "GetCredentials", Get, $"{TestBroker.RolePath("acme", "uploads")}/credentials"),
        By(closed, "GetCredentials", Get, $"{TestBroker.RolePath("closed", "uploads")}/credentials"),
        By(hurried, "GetCredentials", Get, $"{TestBroker.RolePath("acme", "uploads")}/credentials"),
    ];

    static RequestKind[] OfAdministrators(string administrator, string auditor) =>
    [
        By(administrator, "PutRole", Put, TestBroker.RolePath("acme", "edited"), new { storage = "main", access = new[] { "read" }, subPrefix = "e{n}/" }),
        By(administrator, "PutRole", Put, TestBroker.RolePath("acme", "edited"), new { access = new[] { "read" } }),
        By(administrator, "CreateApiKey", Post, "/v1/tenants/acme/api-keys", new { scopes = new[] { "admin" } }),
        By(administrator, "RevokeApiKey", HttpMethod.Delete, "/v1/tenants/acme/api-keys/nokey"),
        By(administrator, "ListRoles", Get, "/v1/tenants/acme/roles"),
        By(administrator, "SuspendTenant", Post, "/v1/tenants/acme/suspend"),
        By(auditor, "ListAudit", Get, "/v1/tenants/acme/audit?pageSize=1"),
        By(auditor, "ListPlatformAudit", Get, "/v1/audit"),
        new("bootstrap", TestBroker.AdminKey, "ListTenants", Get, "/v1/tenants?pageSize=1"),
        new("bootstrap", TestBroker.AdminKey, "PutTenant", Put, "/v1/tenants/new", JsonSerializer.Serialize(new { storage = new[] { TestBroker.Storage("new", "tenants/acme/sub/") } }, JsonSerializerOptions.Web)),
    ];

    static async Task<RequestKind> OfUrlAsync(TestBroker broker)
    {
        var made = (await broker.SendAsync(Post, $"{TestBroker.RolePath("acme", "uploads")}/credential-urls", new { })).DemandSuccess().Json;
        return new($"cu:{made.GetProperty("id").GetString()}", null, "GetCredentialsByUrl", Get, new Uri(made.GetProperty("url").GetString()!).AbsolutePath);
    }

    static RequestKind By(string key, string action, HttpMethod method, string path, object? body = null) =>
        new(key.Split('_')[1], key, action, method, path, body is null ? null : JsonSerializer.Serialize(body));
}
