using System.Data.Common;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Broker.Api;
using Broker.Api.Hosting;
using Broker.Emulator;
using Broker.Silo;
using Broker.Silo.Storage;
using Broker.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace Broker.Tests.EndToEnd;

/// <summary>The real silo with its API, on loopback, beside the real emulator; each test has its own. SQLite, unless the tests run on PostgreSQL.</summary>
sealed class TestBroker : IAsyncDisposable
{
    public const string AdminKey = "the-administrator-of-the-tests", Bucket = "test-bucket", KeyId = "test-user", KeySecret = "test-user-secret-marker";

    readonly WebApplication _app;

    TestBroker(WebApplication app, EmulatorHost emulator, string data, PostgresDatabase? postgres, HttpClient http, CapturedLog log) =>
        (_app, Emulator, Data, Postgres, Http, Log) = (app, emulator, data, postgres, http, log);

    public EmulatorHost Emulator { get; }
    public string Data { get; }
    public PostgresDatabase? Postgres { get; }
    public HttpClient Http { get; }
    public CapturedLog Log { get; }
    public Uri Management => _app.Services.GetRequiredService<Listeners>().Management;
    public IServiceProvider Services => _app.Services;
    public int SiloPort => _app.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.SiloPort;
    public int GatewayPort => _app.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.GatewayPort;

    public static async Task<TestBroker> StartAsync(string? data = null, TimeProvider? clock = null, Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? adjust = null, bool? onPostgres = null)
    {
        data ??= Directory.CreateTempSubdirectory("broker-test-").FullName;
        var emulator = await EmulatorHost.StartAsync(new()
        {
            DataDirectory = Path.Combine(data, "emulator"),
            AccessKeys = new Dictionary<string, string> { [KeyId] = KeySecret },
            Buckets = new Dictionary<string, string> { [Bucket] = "cn-hangzhou" },
            Clock = clock ?? TimeProvider.System,
        }, CancellationToken.None);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        var postgres = onPostgres ?? PostgresServer.IsChosen ? await PostgresDatabase.OfAsync(data) : null;
        builder.Configuration.AddInMemoryCollection(Settings(data, emulator, postgres)).AddInMemoryCollection(settings ?? []);
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.AddBrokerSilo();
        if (clock is not null) builder.Services.AddSingleton(clock).AddKeyedSingleton(ReminderTimeProviderNames.Reminders, clock).UseTimeProviderForBackgroundAreas(TimeProvider.System);
        adjust?.Invoke(builder);
        var app = builder.Build();
        app.UseBrokerApi();
        await app.StartAsync();
        var http = new HttpClient { BaseAddress = app.Services.GetRequiredService<Listeners>().Public };
        return new(app, emulator, data, postgres, http, log);
    }

    static Dictionary<string, string?> Settings(string data, EmulatorHost emulator, PostgresDatabase? postgres) => new()
    {
        ["DataDirectory"] = data,
        ["SiloPort"] = "0",
        ["GatewayPort"] = "0",
        ["Kestrel:Endpoints:Public:Url"] = "http://127.0.0.1:0",
        ["Management:Url"] = "http://127.0.0.1:0",
        ["Postgres:ConnectionString"] = postgres?.AsSilo,
        ["DrainSeconds"] = "0",
        ["AdminKey"] = AdminKey,
        ["AlibabaCloud:Sts:Endpoint"] = emulator.Sts.ToString(),
        ["AlibabaCloud:Identity:AccessKeyId"] = KeyId,
        ["AlibabaCloud:Identity:AccessKeySecret"] = KeySecret,
    };

    /// <summary>Runs it on the broker's database, as one who may do anything there; its first value.</summary>
    public async Task<object?> SqlAsync(string sql)
    {
        if (Postgres is not null) return await Postgres.SqlAsync(sql);
        await using var connection = await Services.GetRequiredService<DbDataSource>().OpenConnectionAsync();
        await using var command = connection.Command(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Stops the broker and its emulator; the data stay, for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Emulator.DisposeAsync();
    }

    /// <summary>Sends a request as the bearer of this key; by default the administrator.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, string? key = AdminKey, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, System.Text.Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> SendAsync(string method, string path, object? body = null, string? key = AdminKey, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpMethod(method), path, body, key, headers);

    public Task<Answer> GetAsync(string path, string? key = AdminKey) => SendAsync(HttpMethod.Get, path, null, key);

    /// <summary>
    /// Waits for the answer while time passes on the broker's clock, a step each time the role's grain has had its turn: so
    /// little passes between what the grain is to do at a moment and the answer.
    /// </summary>
    public async Task<Answer> WhileTimePassesAsync(Task<Answer> asking, FakeTimeProvider clock, TimeSpan step, string tenant, string role)
    {
        while (!asking.IsCompleted)
        {
            await GetAsync($"{RolePath(tenant, role)}/status");
            clock.Advance(step);
        }
        return await asking;
    }

    public static object Storage(string tenant, string keyPrefix, string role = "tests") => new
    {
        Name = "main", RoleArn = $"acs:ram::{EmulatorOptions.Account}:role/{role}", Bucket, Region = "cn-hangzhou", KeyPrefix = keyPrefix, ExternalId = $"external-{tenant}",
    };

    public async Task PutTenantAsync(string tenant, string? keyPrefix = null) =>
        (await SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", new { Storage = new[] { Storage(tenant, keyPrefix ?? $"tenants/{tenant}/") } })).DemandSuccess();

    /// <summary>A tenant whose URLs point to the emulator.</summary>
    public async Task PutLocalTenantAsync(string tenant, object? limits = null)
    {
        var storage = new
        {
            Name = "main", RoleArn = $"acs:ram::{EmulatorOptions.Account}:role/tests", Bucket, Region = "cn-hangzhou", KeyPrefix = $"tenants/{tenant}/",
            Endpoint = Emulator.Oss.GetLeftPart(UriPartial.Authority), Addressing = "path",
        };
        (await SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", new { Storage = new[] { storage }, Limits = limits ?? new { } })).DemandSuccess();
    }

    public async Task PutRoleAsync(string tenant, string role, object? definition = null) =>
        (await SendAsync(HttpMethod.Put, RolePath(tenant, role), definition ?? new { Storage = "main", Access = (string[])["read", "write", "list"] })).DemandSuccess();

    public async Task<string> NewKeyAsync(string tenant, object wanted) =>
        (await SendAsync(HttpMethod.Post, $"/v1/tenants/{tenant}/api-keys", wanted)).DemandSuccess().Json.GetProperty("apiKey").GetString()!;

    public static string RolePath(string tenant, string role) => $"/v1/tenants/{tenant}/roles/{role}";

    public Task<Answer> CredentialsAsync(string tenant, string role, string? key = AdminKey, string query = "") => GetAsync($"{RolePath(tenant, role)}/credentials{query}", key);
}

/// <summary>An HTTP answer, read whole.</summary>
sealed record Answer(int Status, string Text, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string AccessKeyId => Json.GetProperty(nameof(AccessKeyId)).GetString()!;

    /// <summary>Sends a request as the bearer of this key.</summary>
    public static async Task<Answer> OfAsync(HttpClient http, HttpMethod method, Uri address, object? body, string key)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request);
        return await ReadAsync(response);
    }

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);

    public Answer DemandSuccess() => Status is 200 or 201 ? this : throw new InvalidOperationException($"{Status}: {Text}");

    /// <summary>This field of each item of a list.</summary>
    public string[] Listed(string field) => [.. DemandSuccess().Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty(field).ToString())];

    public IEnumerable<string> Fields => Json.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Select(e => e.Name) : [];
}
