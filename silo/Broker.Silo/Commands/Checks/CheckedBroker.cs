using System.Net.Http.Headers;
using System.Text.Json;
using Broker.AlibabaCloud.Oss;

namespace Broker.Silo.Commands.Checks;

/// <summary>The running broker, asked as its administrator.</summary>
sealed class CheckedBroker : IDisposable
{
    readonly HttpClient _http;
    readonly string _tenant, _role;

    public CheckedBroker(Uri api, string key, string tenant, string role)
    {
        (_tenant, _role) = ($"/v1/tenants/{tenant}", $"/v1/tenants/{tenant}/roles/{role}");
        _http = new() { BaseAddress = api, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="InvalidOperationException">There is none, or it may not be read.</exception>
    public async Task<CheckedRole> FindRoleAsync(CancellationToken cancellationToken) =>
        CheckedRole.Of(_role, await DemandAsync(HttpMethod.Get, _role, null, cancellationToken), await DemandAsync(HttpMethod.Get, _tenant, null, cancellationToken));

    /// <summary>A new session from STS.</summary>
    /// <exception cref="InvalidOperationException">There is none: nothing else can be checked.</exception>
    public async Task<OssCredential> MintAsync(CheckTable table, CancellationToken cancellationToken)
    {
        await DemandAsync(HttpMethod.Post, $"{_role}/refresh", null, cancellationToken);
        var session = await DemandAsync(HttpMethod.Get, $"{_role}/credentials", null, cancellationToken);
        string Field(string name) => session.GetProperty(name).GetString()!;
        await table.AddAsync("AssumeRole", "a session", $"a session until {Field("Expiration")}", asExpected: true);
        return new(Field("AccessKeyId"), Field("AccessKeySecret"), Field("SecurityToken"));
    }

    /// <summary>An upload form for a key below the role's prefix.</summary>
    public Task<JsonElement> FormAsync(string key, CancellationToken cancellationToken) => DemandAsync(HttpMethod.Post, $"{_role}/post-policies", new { key }, cancellationToken);

    /// <summary>A signed URL for a key below the role's prefix.</summary>
    public async Task<JsonElement> UrlAsync(string method, string key, int expiresIn, CancellationToken cancellationToken) =>
        (await DemandAsync(HttpMethod.Post, $"{_role}/signed-urls", new { method, key, expiresIn }, cancellationToken)).GetProperty("urls")[0];

    async Task<JsonElement> DemandAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? JsonDocument.Parse(answer).RootElement : throw new InvalidOperationException($"{method} {path} was answered with {(int)response.StatusCode}: {answer}");
    }
}
