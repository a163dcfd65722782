using System.Net.Http.Headers;
using System.Net.Http.Json;
using Broker.Cluster;
using Broker.Tests.EndToEnd;

namespace Broker.Tests.Cluster;

/// <summary>The API as a process of its own, with a certificate for the silo's gateway.</summary>
sealed class ApiProcess : IAsyncDisposable
{
    readonly BrokerProcess _process;
    readonly HttpClient _http;

    ApiProcess(BrokerProcess process)
    {
        _process = process;
        _http = new() { BaseAddress = process.Api };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestBroker.AdminKey);
    }

    /// <summary>Its configuration; null: without TLS.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(int gatewayPort, ClusterDirectory? files) =>
        [new("AdminKey", TestBroker.AdminKey), new("Orleans:Gateways:0", $"127.0.0.1:{gatewayPort}"), .. files?.Settings ?? []];

    public static async Task<ApiProcess> StartAsync(TestBroker broker, ClusterDirectory files) =>
        new(await BrokerProcess.StartAsync("api/Broker.Api", Settings(broker.GatewayPort, files)));

    public async Task<Answer> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return await Answer.ReadAsync(response);
    }

    public async Task<Answer> PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(path, body);
        return await Answer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
