using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Broker.Cluster;

namespace Broker.Tests.EndToEnd.Kills;

/// <summary>A change was not acknowledged: the silo was killed meanwhile, or could not tell. It may have come about all the same.</summary>
sealed class UnacknowledgedException(string how) : Exception(how);

/// <summary>The silo as a process, from a start to the kill, and what it acknowledged.</summary>
sealed class Life : IAsyncDisposable
{
    readonly BrokerProcess _silo;
    readonly HttpClient _http;
    readonly ConcurrentDictionary<string, string> _acknowledged = new(), _unacknowledged = new();
    readonly Tally _changes = new();

    Life(BrokerProcess silo)
    {
        (_silo, _http) = (silo, UntracedHttp.Create());
        _http.BaseAddress = silo.Api;
    }

    /// <summary>When it began.</summary>
    public DateTimeOffset Began { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>The changes that were acknowledged, by trace: what each was.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    /// <summary>The changes that were sent and not acknowledged, by trace.</summary>
    public IReadOnlyDictionary<string, string> Unacknowledged => _unacknowledged;

    public static async Task<Life> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new(await BrokerProcess.StartAsync("silo/Broker.Silo", [.. settings, new("AdminKey", TestBroker.AdminKey)]));

    /// <summary>Sends a change. An answer is a success, or a refusal that changed nothing.</summary>
    /// <exception cref="UnacknowledgedException">Neither.</exception>
    public async Task<Answer> ChangeAsync(string action, HttpMethod method, string path, object? body = null)
    {
        var trace = ActivityTraceId.CreateRandom();
        Answer answer;
        try { answer = await SendAsync(method, path, body, TestBroker.AdminKey, trace); }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            _unacknowledged[trace.ToHexString()] = action;
            throw new UnacknowledgedException(e.Message);
        }
        if (answer.Status >= 500)
        {
            _unacknowledged[trace.ToHexString()] = action;
            throw new UnacknowledgedException(answer.Text);
        }
        if (answer.Status >= 300) return answer;
        _acknowledged[trace.ToHexString()] = action;
        _changes.Add();
        return answer;
    }

    public Task<Answer> GetAsync(string path, string? key = TestBroker.AdminKey) => SendAsync(HttpMethod.Get, path, null, key, ActivityTraceId.CreateRandom());

    /// <summary>All items of a list.</summary>
    public async Task<List<System.Text.Json.JsonElement>> ListAsync(string path)
    {
        var (items, token) = (new List<System.Text.Json.JsonElement>(), "");
        do
        {
            var page = (await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}pageSize=1000{token}")).DemandSuccess().Json;
            items.AddRange(page.GetProperty("items").EnumerateArray());
            token = page.GetProperty("nextPageToken").GetString() is { } next ? $"&pageToken={Uri.EscapeDataString(next)}" : null;
        }
        while (token is not null);
        return items;
    }

    /// <summary>Completes when so many changes more are acknowledged.</summary>
    public Task AcknowledgedAsync(int more) => _changes.MoreAsync(more);

    public Task KillAsync() => _silo.KillAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _silo.DisposeAsync();
    }

    async Task<Answer> SendAsync(HttpMethod method, string path, object? body, string? key, ActivityTraceId trace)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var response = await _http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
