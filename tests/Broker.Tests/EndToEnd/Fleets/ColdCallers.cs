using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>One answer to a caller of a cold role.</summary>
/// <param name="Code">The problem's code; null: it was served.</param>
/// <param name="Took">How long the caller waited for it.</param>
sealed record ColdAnswer(string? Code, TimeSpan Took);

/// <summary>
/// Callers of roles without credentials: each asks, by one process after the other, until it is served, and waits in between as
/// it is told. Whatever else it is answered than 503 with <c>Retry-After</c> ends it with an exception.
/// </summary>
sealed class ColdCallers(FleetCluster cluster) : IDisposable
{
    readonly HttpClient _http = UntracedHttp.Create();

    public ConcurrentQueue<ColdAnswer> Answers { get; } = new();

    public void Dispose() => _http.Dispose();

    /// <summary>How long it takes until all of them are served.</summary>
    public async Task<TimeSpan> ServeAsync(FleetRole[] roles)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(roles.Select(ServeAsync));
        return TimeProvider.System.GetElapsedTime(began);
    }

    async Task ServeAsync(FleetRole role, int first)
    {
        for (var next = first; ; next++)
        {
            var api = cluster.Apis[next % cluster.Apis.Count].Process;
            if (api.Ended.IsCompleted) continue;
            try
            {
                if (await AskAsync(role, api.Api) is not { } wait) return;
                await Task.Delay(wait, TimeProvider.System);
            }
            // Of a process that was killed meanwhile.
            catch (HttpRequestException) { await api.Ended; }
        }
    }

    /// <summary>How long to wait before the next time; null: it was served.</summary>
    async Task<TimeSpan?> AskAsync(FleetRole role, Uri api)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, $"{role.Path}/credentials"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", role.Key);
        var began = TimeProvider.System.GetTimestamp();
        using var response = await _http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        Answers.Enqueue(new(answer.Status == 200 ? null : answer.Code, TimeProvider.System.GetElapsedTime(began)));
        if (answer.Status == 200) return null;
        return answer is { Status: 503, Headers.RetryAfter.Delta: { } wait } ? wait : throw new InvalidOperationException($"{role}: {answer.Status} {answer.Text}");
    }
}
