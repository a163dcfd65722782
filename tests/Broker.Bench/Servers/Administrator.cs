using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Broker.Emulator;
using Broker.Quickstart;

namespace Broker.Bench.Servers;

/// <summary>A role of a broker, and a key that may use it. Prints no key.</summary>
/// <param name="Path">Its address.</param>
/// <param name="Key">The API key.</param>
sealed record BenchRole(string Path, string Key)
{
    public override string ToString() => Path;
}

/// <summary>
/// Makes tenants, roles and keys by a broker's own API. Every limit of requests is set, and so high that nothing is refused.
/// </summary>
sealed class Administrator : IDisposable
{
    const int RolesPerTenant = 100, AtOnce = 32, RequestsPerSecond = 1_000_000;

    static readonly string[] Access = ["read", "write", "list", "delete"];
    static readonly string[] Scopes = ["credentials:read", "signed-urls:create", "post-policies:create"];

    readonly HttpClient _http;
    readonly string _key;
    readonly Uri _oss;

    public Administrator(Uri api, string key, Uri oss) => (_http, _key, _oss) = (new() { BaseAddress = api }, key, oss);

    public void Dispose() => _http.Dispose();

    /// <summary>Makes so many roles, none of which has credentials yet.</summary>
    /// <param name="name">Begins the names of their tenants.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<BenchRole[]> MakeRolesAsync(string name, int count, CancellationToken cancellationToken)
    {
        int[] sizes = [.. Enumerable.Range(0, count).Chunk(RolesPerTenant).Select(numbers => numbers.Length)];
        var tenants = new BenchRole[sizes.Length][];
        await Parallel.ForAsync(0, sizes.Length, Parallelism(cancellationToken), async (number, cancelled) =>
            tenants[number] = await MakeTenantAsync($"{name}-{number}", sizes[number], cancelled));
        return [.. tenants.SelectMany(roles => roles)];
    }

    /// <summary>Has each role make its credentials.</summary>
    public Task WarmAsync(IEnumerable<BenchRole> roles, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(roles, Parallelism(cancellationToken), async (role, cancelled) =>
        {
            using var answer = await GetCredentialsAsync(role, cancelled);
        });

    /// <summary>Credentials of a role, as any caller gets them.</summary>
    public Task<HttpResponseMessage> GetCredentialsAsync(BenchRole role, CancellationToken cancellationToken) => AskAsync(role, "credentials", body: null, cancellationToken);

    /// <summary>Asks a role, as any caller does; with a body it is a POST.</summary>
    public async Task<HttpResponseMessage> AskAsync(BenchRole role, string ask, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, $"{role.Path}/{ask}");
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", role.Key);
        return (await _http.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
    }

    async Task<BenchRole[]> MakeTenantAsync(string tenant, int count, CancellationToken cancellationToken)
    {
        await SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", new { Storage = new[] { Storage(tenant) }, Limits = new { RequestsPerSecond, Roles = RolesPerTenant } }, cancellationToken);
        var key = (await SendAsync(HttpMethod.Post, $"/v1/tenants/{tenant}/api-keys", new { Scopes, RequestsPerSecond }, cancellationToken)).GetProperty("apiKey").GetString()!;
        BenchRole[] roles = [.. Enumerable.Range(0, count).Select(number => new BenchRole($"/v1/tenants/{tenant}/roles/role-{number}", key))];
        // A tenant takes them one by one, however many come at once.
        foreach (var role in roles) await SendAsync(HttpMethod.Put, role.Path, new { Storage = "main", Access, Limits = new { RequestsPerSecond } }, cancellationToken);
        return roles;
    }

    object Storage(string tenant) => new
    {
        Name = "main", RoleArn = $"acs:ram::{EmulatorOptions.Account}:role/bench", DemoTenant.Bucket, DemoTenant.Region,
        Endpoint = _oss.GetLeftPart(UriPartial.Authority), Addressing = "path", KeyPrefix = $"tenants/{tenant}/",
    };

    async Task<JsonElement> SendAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{method} {path} answered {(int)response.StatusCode}: {answer}");
    }

    static ParallelOptions Parallelism(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
}
