using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Broker.Quickstart;

/// <summary>Sets up the demo's tenant, role and keys through the public API, as any administrator would.</summary>
sealed class DemoTenant(HttpClient api, string adminKey)
{
    public const string Tenant = "demo", Role = "uploads", Bucket = "broker-demo", Region = "cn-hangzhou", Account = "1234567890123456";

    /// <summary>The role's address, and the full prefix of its keys.</summary>
    public const string RolePath = $"/v1/tenants/{Tenant}/roles/{Role}", Prefix = KeyPrefix + SubPrefix;

    const string KeyPrefix = $"tenants/{Tenant}/", SubPrefix = "uploads/";
    static readonly string[] RoleAccess = ["read", "write", "list", "delete"];
    static readonly string[] KeyScopes = ["credentials:read", "signed-urls:create", "post-policies:create"];

    public async Task PutAsync(Uri oss, CancellationToken cancellationToken)
    {
        var storage = new
        {
            Name = "main", RoleArn = $"acs:ram::{Account}:role/broker-demo", Bucket, Region, Endpoint = oss.GetLeftPart(UriPartial.Authority),
            Addressing = "path", KeyPrefix,
        };
        await SendAsync(HttpMethod.Put, $"/v1/tenants/{Tenant}", new { DisplayName = "Demo", Storage = new[] { storage } }, cancellationToken);
        await SendAsync(HttpMethod.Put, RolePath, new { Storage = "main", SubPrefix, Access = RoleAccess }, cancellationToken);
    }

    /// <summary>The key of the last start where it still works, else a new one.</summary>
    public async Task<string> ApiKeyAsync(string? last, CancellationToken cancellationToken)
    {
        if (last is not null && await AnswersAsync(RolePath, last, cancellationToken)) return last;
        var made = await SendAsync(HttpMethod.Post, $"/v1/tenants/{Tenant}/api-keys", new { Scopes = KeyScopes, DefaultRole = Role }, cancellationToken);
        return made.GetProperty("apiKey").GetString()!;
    }

    /// <summary>The credential URL of the last start, at this start's address, where it still works; else a new one.</summary>
    public async Task<string> CredentialUrlAsync(string? last, CancellationToken cancellationToken)
    {
        if (last is not null && Uri.TryCreate(last, UriKind.Absolute, out var old) && await AnswersAsync(old.PathAndQuery, null, cancellationToken))
            return new Uri(api.BaseAddress!, old.PathAndQuery).ToString();
        var made = await SendAsync(HttpMethod.Post, $"{RolePath}/credential-urls", new { }, cancellationToken);
        return made.GetProperty("url").GetString()!;
    }

    async Task<bool> AnswersAsync(string path, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await api.SendAsync(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    async Task<JsonElement> SendAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
        using var response = await api.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.IsSuccessStatusCode ? answer
            : throw new InvalidOperationException($"The demo could not be set up: {method} {path} answered {(int)response.StatusCode}: {answer}");
    }
}
