namespace Broker.Tests.EndToEnd.Fuzzing;

/// <summary>A tenant with all that requests can name, and the keys of its callers.</summary>
sealed class FuzzPlace
{
    const string Role = "uploads";

    static readonly string[] EveryScope = [.. Scope.All.Where(s => s != Scope.Admin)];

    readonly TestBroker _broker;

    FuzzPlace(TestBroker broker, string tenant) => (_broker, Tenant) = (broker, tenant);

    public string Tenant { get; }

    /// <summary>A key with every scope that a tenant's can have, and one for each of them.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>What of its callers nobody else may read.</summary>
    public IEnumerable<string> Secrets => Keys.Append(Capability).Select(c => c.Split('_', 3)[2]);

    public string KeyId { get; private set; } = "";

    public string UrlId { get; private set; } = "";

    public string Capability { get; private set; } = "";

    public static object Definition => new
    {
        storage = "main", subPrefix = "in/", access = (string[])["read", "write", "list", "delete"], durationSeconds = 3600,
        conditions = new { sourceNetworks = (string[])["203.0.113.0/24"], secureTransport = true },
        uploads = new { minBytes = 0, maxBytes = 104857600, contentTypes = (string[])[], forbidOverwrite = false, callback = (string?)null, maxExpiresIn = 900 },
        signedUrls = new { maxExpiresIn = 900 }, limits = new { requestsPerSecond = 10_000 }, keepWarm = false,
        extraStatements = (object[])[Statement], disabled = false,
    };

    static Dictionary<string, string> Statement => new() { ["Effect"] = "Deny", ["Action"] = "oss:DeleteObject", ["Resource"] = "acs:oss:*:*:*/keep/*" };

    /// <summary>What it is made of: its URLs point to the emulator.</summary>
    public object TenantDefinition => DefinitionAt(_broker.Emulator.Oss.GetLeftPart(UriPartial.Authority), "path");

    /// <summary>What it may be made of, too: its URLs point to OSS.</summary>
    public object PublicDefinition => DefinitionAt(null, "virtual");

    object DefinitionAt(string? endpoint, string addressing) => new
    {
        displayName = "Fuzzed", storage = (object[])[Storage(endpoint, addressing)],
        trust = (object[])[new { issuer = "https://issuer.invalid", audience = "broker", rules = (object[])[new { claims = new { sub = "job" }, scopes = (string[])["credentials:read"], roles = (string[])["uploads"] }] }],
        limits = new { requestsPerSecond = 10_000, roles = 1000, narrowedSessions = 1000, keepWarmRoles = 10, callbackHosts = (string[])["hooks.example.com"] },
    };

    object Storage(string? endpoint, string addressing) => new
    {
        name = "main", roleArn = $"acs:ram::{Broker.Emulator.EmulatorOptions.Account}:role/tests", externalId = $"external-{Tenant}", identity = (string?)null, bucket = TestBroker.Bucket, region = "cn-hangzhou",
        endpoint, addressing, keyPrefix = $"tenants/{Tenant}/",
    };

    public static async Task<FuzzPlace> MakeAsync(TestBroker broker, string tenant)
    {
        var place = new FuzzPlace(broker, tenant);
        await place.RestoreAsync();
        await place.MakeCallersAsync();
        return place;
    }

    async Task MakeCallersAsync()
    {
        foreach (var scopes in (string[][])[EveryScope, .. EveryScope.Select(s => (string[])[s])])
            Keys.Add(await _broker.NewKeyAsync(Tenant, new { scopes, defaultRole = Role }));
        KeyId = Keys[^1].Split('_')[1];
        var url = (await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(Tenant, Role)}/credential-urls", new { })).DemandSuccess().Json;
        UrlId = url.GetProperty("id").GetString()!;
        Capability = url.GetProperty("url").GetString()!.Split('/')[^1];
    }

    /// <summary>Whatever was done to it, valid requests make it whole: it vends and signs again.</summary>
    public async Task RestoreAsync()
    {
        (await _broker.SendAsync(HttpMethod.Put, $"/v1/tenants/{Tenant}", TenantDefinition)).DemandSuccess();
        (await _broker.SendAsync(HttpMethod.Post, $"/v1/tenants/{Tenant}/resume")).DemandSuccess();
        await _broker.PutRoleAsync(Tenant, Role, Definition);
    }

    /// <summary>Whether the tenant's role still vends and signs.</summary>
    public async Task<Answer[]> UseAsync() =>
    [
        await _broker.CredentialsAsync(Tenant, Role),
        await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(Tenant, Role)}/signed-urls", new { method = "PUT", key = "k" }),
        await _broker.SendAsync(HttpMethod.Post, $"{TestBroker.RolePath(Tenant, Role)}/post-policies", new { keyPrefix = "k/" }),
    ];

    /// <summary>All that can be read of it, but for what reading and using change.</summary>
    public async Task<string> DescribeAsync()
    {
        var role = TestBroker.RolePath(Tenant, Role);
        var texts = new List<string>();
        foreach (var path in (string[])[$"/v1/tenants/{Tenant}", $"/v1/tenants/{Tenant}/roles", $"{role}/versions", $"{role}/credential-urls", $"{role}/credentials"])
            texts.Add((await _broker.GetAsync(path)).DemandSuccess().Text);
        var keys = (await _broker.GetAsync($"/v1/tenants/{Tenant}/api-keys")).DemandSuccess().Json.GetProperty("items").EnumerateArray();
        return string.Join('\n', texts.Concat(keys.Select(k => k.GetProperty("keyId").GetString()!)));
    }

    public string Fill(string segment) => segment switch
    {
        "{tenant}" => Tenant,
        "{role}" => Role,
        "{keyId}" => KeyId,
        "{id}" => UrlId,
        "{capability}" => Capability,
        _ => segment,
    };
}
