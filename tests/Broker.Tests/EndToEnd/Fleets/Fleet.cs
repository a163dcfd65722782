using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Broker.Cluster;

namespace Broker.Tests.EndToEnd.Fleets;

/// <summary>How one request ended.</summary>
/// <param name="Role">Which role.</param>
/// <param name="Api">Which process.</param>
/// <param name="Began">The timestamp at which it was sent.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Status">The answer's status; 0: there was none.</param>
/// <param name="Said">The AccessKeyId, or what went wrong.</param>
/// <param name="SentAway">Whether the process asked to come by another connection, as one does that stops.</param>
/// <param name="Leased">Whether this process had vended the role within the term of a lease before.</param>
sealed record Attempt(FleetRole Role, ClusterNode Api, long Began, TimeSpan Took, int Status, string Said, bool SentAway, bool Leased);

/// <summary>
/// Clients as a product's backends are: each asks for its roles one after the other, by one API process as long as that takes
/// connections and is ready, as a load balancer sees to it, then by the next. With a pause they rest between two requests.
/// </summary>
sealed class Fleet(FleetCluster cluster, FleetRole[] roles, int clients, TimeSpan pause = default)
{
    readonly ConcurrentQueue<Attempt> _attempts = new();
    readonly ConcurrentDictionary<(FleetRole, ClusterNode), long> _vended = new();
    readonly CancellationTokenSource _stop = new();
    readonly Tally _served = new();
    Task _running = Task.CompletedTask;

    /// <summary>Whatever has been asked so far.</summary>
    public IReadOnlyCollection<Attempt> Attempts => _attempts;

    public void Start() => _running = Task.WhenAll(Enumerable.Range(0, clients).Select(RunAsync));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Completes when so many more have been served.</summary>
    public Task ServedAsync(int more) => Task.WhenAny(_served.MoreAsync(more), _running);

    /// <summary>Completes when every role has been served.</summary>
    public async Task AllServedAsync()
    {
        while (_vended.Keys.Select(served => served.Item1).Distinct().Count() < roles.Length && !_running.IsCompleted) await ServedAsync(roles.Length);
    }

    async Task RunAsync(int client)
    {
        await Task.Yield();
        using var http = UntracedHttp.Create();
        var api = client % cluster.Apis.Count;
        var own = roles.Where((_, i) => i % clients == client).ToArray();
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var attempt = await AskAsync(http, own[i % own.Length], cluster.Apis[api]);
            if (attempt is not null) _attempts.Enqueue(attempt);
            // It takes no connections, or says that it is about to.
            if (attempt is null or { Status: 0 } or { SentAway: true }) api = (api + 1) % cluster.Apis.Count;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, TimeProvider.System);
        }
    }

    /// <summary>Null: the process took no connection, so nothing was asked of it.</summary>
    async Task<Attempt?> AskAsync(HttpClient http, FleetRole role, ClusterNode api)
    {
        var began = TimeProvider.System.GetTimestamp();
        var leased = _vended.TryGetValue((role, api), out var last) && TimeProvider.System.GetElapsedTime(last) < LeaseTerm.Usual;
        Attempt Ended(int status, string said, bool? away = null) => new(role, api, began, TimeProvider.System.GetElapsedTime(began), status, said, away == true, leased);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api.Process.Api, $"{role.Path}/credentials"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", role.Key);
            using var response = await http.SendAsync(request);
            var answer = await Answer.ReadAsync(response);
            var away = response.Headers.ConnectionClose;
            if (answer.Status != 200) return Ended(answer.Status, answer.Text, away);
            _vended[(role, api)] = began;
            _served.Add();
            return Ended(200, answer.AccessKeyId, away);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError) { return null; }
        catch (HttpRequestException e) { return Ended(0, e.Message); }
    }
}
