using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Broker.Api.Calls;
using Broker.Silo.Commands;
using Broker.Tests.EndToEnd.Fuzzing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Broker.Tests.EndToEnd;

/// <summary>
/// Requests that are valid but for a few places, to every endpoint: no failure of the broker, no hang, no secret in an answer
/// or a log, and everything works afterwards. <c>BROKER_FUZZ</c> says how many (2,000 without it), <c>BROKER_FUZZ_SEED</c>
/// from which seed.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int PerRound = 100, RoundsAtOnce = 4, Fewest = 2000, DefaultSeed = 20261124;

    static readonly string[] Undoing = ["PutTenant", "DeleteTenant", "SuspendTenant", "PutRole", "DeleteRole", "RollbackRole"];

    readonly ConcurrentQueue<string> _wrong = new(), _problems = new(), _secrets = new();
    readonly ConcurrentDictionary<string, int> _statuses = new();
    TestBroker _broker = null!;
    FuzzPlace _bystander = null!;
    Uri _address = null!;
    List<RouteEndpoint> _routes = [], _bodied = [];

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(onPostgres: false, settings: new()
        {
            // What is asked, not how often; and forwarded headers are read.
            ["Limits:RefusalBurst"] = "1000000", ["Limits:RefusalsPerSecond"] = "1000000", ["Proxy:KnownNetworks:0"] = "127.0.0.0/8",
        });
        _address = _broker.Http.BaseAddress!;
        _routes = [.. _broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(r => r.Metadata.GetMetadata<RouteRule>() is not null)];
        _bystander = await FuzzPlace.MakeAsync(_broker, "bystander");
        _bodied = [.. _routes.Where(r => ValidRequests.Of(r, _bystander, null, _address, new(0)).Body is not null)];
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    static int Setting(string name, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{otherwise}", CultureInfo.InvariantCulture);

    [Fact]
    public async Task No_request_breaks_the_broker_or_shows_a_secret()
    {
        var (requests, seed) = (Setting("BROKER_FUZZ", Fewest), Setting("BROKER_FUZZ_SEED", DefaultSeed));
        output.WriteLine($"{requests} requests, seed {seed}");
        var before = await _bystander.DescribeAsync();
        for (var round = 0; round < requests / PerRound && _wrong.Count < 20; round += RoundsAtOnce)
        {
            await Parallel.ForEachAsync(Enumerable.Range(round, RoundsAtOnce), new ParallelOptions { MaxDegreeOfParallelism = RoundsAtOnce }, async (n, _) => await RunAsync(n, new(HashCode(seed, n))));
            FindSecrets();
        }
        foreach (var (status, count) in _statuses.OrderBy(s => s.Key, StringComparer.Ordinal)) output.WriteLine($"{status}: {count}");
        foreach (var wrong in _wrong) output.WriteLine(wrong);
        Assert.Empty(_wrong);
        Assert.Equal(before, await _bystander.DescribeAsync());
        await UseEveryRouteAsync();
        // Whatever odd text came into it, the audit is what was written.
        Assert.Equal(AuditVerify.Fine, await AuditVerify.RunAsync([$"--DataDirectory={_broker.Data}"], TextWriter.Null, default));
    }

    /// <summary>The same in every process, which <see cref="System.HashCode"/> is not.</summary>
    static int HashCode(int seed, int round) => unchecked((seed * 31) + (round * 7919));

    /// <summary>One tenant, and requests about it one after the other.</summary>
    async Task RunAsync(int round, Random random)
    {
        var place = await FuzzPlace.MakeAsync(_broker, $"fuzzed-{round}");
        foreach (var secret in place.Secrets) _secrets.Enqueue(secret);
        for (var i = 0; i < PerRound; i++)
        {
            var request = Make(place, random);
            var answer = await SendAsync(request, $"round {round}, request {i}");
            if (answer?.Status is not (200 or 201) || !Undoing.Contains(request.Operation)) continue;
            foreach (var use in await place.UseAsync())
                if (use.Status >= 500 && !AnswerRules.IsExplained(use.Json)) _wrong.Enqueue($"a broken role: {request}\n    {use.Status} {use.Text}");
            if (random.Next(2) == 0) await place.RestoreAsync();
        }
        await place.RestoreAsync();
        foreach (var answer in await place.UseAsync()) answer.DemandSuccess();
    }

    FuzzRequest Make(FuzzPlace place, Random random)
    {
        // Half of them have a body: it has the most places.
        var route = random.Of(random.Next(2) == 0 ? _routes : _bodied);
        var foreign = random.Next(12) == 0 && route.RoutePattern.RawText!.Contains("{tenant}", StringComparison.Ordinal);
        var credential = foreign ? random.Of(place.Keys) : random.Next(10) switch
        {
            < 4 when route.Metadata.GetMetadata<RouteRule>() is { Target: CallTarget.Path } => TestBroker.AdminKey,
            < 8 => place.Keys[0],
            8 => random.Of(place.Keys),
            _ => random.Next(2) == 0 ? null : place.Keys[0] + "x",
        };
        var request = ValidRequests.Of(route, foreign ? _bystander : place, credential, _address, random, foreign);
        var undoes = request.Operation is "DeleteTenant" or "DeleteRole" or "SuspendTenant";
        for (var changes = random.Next(undoes && random.Next(5) > 0 ? 1 : 0, 4); changes > 0; changes--) RequestMutations.Mutate(request, random);
        return request;
    }

    async Task<RawAnswer?> SendAsync(FuzzRequest request, string place)
    {
        RawAnswer? answer = null;
        string? broken;
        try
        {
            answer = await RawHttp.SendAsync(_address, request.ToBytes(), request.Unfinished);
            broken = AnswerRules.BrokenRule(request, answer);
        }
        catch (Exception e) when (e is TimeoutException or FormatException) { broken = e.Message; }
        _statuses.AddOrUpdate($"{answer?.Status} {(answer?.Status < 400 ? request.Operation : "")}", 1, (_, count) => count + 1);
        if (broken is not null) _wrong.Enqueue($"{place}: {broken}: {request}\n    {answer?.Status} {answer?.Text[..Math.Min(400, answer.Text.Length)]}");
        if (answer?.Status >= 400) _problems.Enqueue(answer.Text);
        else foreach (var secret in VendedSecrets.In(answer?.Text ?? "")) _secrets.Enqueue(secret);
        return answer;
    }

    /// <summary>In the log of what was done since the last time, and in the refusals.</summary>
    void FindSecrets()
    {
        var sessions = _broker.Emulator.Sessions.SelectMany(s => (string[])[s.AccessKeySecret, s.SecurityToken[..40]]);
        var secrets = SearchValues.Create([TestBroker.AdminKey, TestBroker.KeySecret, OddTexts.Marker, .. _bystander.Secrets, .. _secrets, .. sessions], StringComparison.Ordinal);
        foreach (var text in _broker.Log.Take().Concat(_problems))
        {
            if (text.Contains("Broker.Api.Problems.FailureMiddleware", StringComparison.Ordinal)) _wrong.Enqueue($"a defect: {text}");
            if (text.AsSpan().IndexOfAny(secrets) is >= 0 and var at) _wrong.Enqueue($"a secret at {at} in: {text[..Math.Min(2000, text.Length)]}");
        }
        _problems.Clear();
        _secrets.Clear();
    }

    async Task UseEveryRouteAsync()
    {
        var place = await FuzzPlace.MakeAsync(_broker, "whole");
        // What ends something comes last, and what ends all at the very last.
        foreach (var route in _routes.OrderBy(Ends).ThenByDescending(r => r.RoutePattern.PathSegments.Count))
        {
            await place.RestoreAsync();
            var credential = route.Metadata.GetMetadata<RouteRule>() is { Target: CallTarget.Path } ? TestBroker.AdminKey : place.Keys[0];
            var request = ValidRequests.Of(route, place, credential, _address, new(0));
            var answer = await RawHttp.SendAsync(_address, request.ToBytes(), ends: false);
            Assert.True(answer?.Status is 200 or 201, $"{request}: {answer}");
        }
    }

    static bool Ends(RouteEndpoint route) => route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains("DELETE");
}
