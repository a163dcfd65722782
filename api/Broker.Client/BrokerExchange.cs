using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Broker.Client;

/// <summary>One question to the broker, asked again while it makes sense.</summary>
sealed class BrokerExchange(HttpClient http, BrokerClientOptions options, TimeProvider clock)
{
    static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(10);

    readonly string _role = $"v1/tenants/{Uri.EscapeDataString(options.Tenant)}/roles/{Uri.EscapeDataString(options.Role)}/";

    /// <exception cref="BrokerProblemException">The broker says no, or cannot answer within the patience.</exception>
    public Task<TAnswer> GetAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken) =>
        AskAsync(() => new(HttpMethod.Get, new Uri(options.Address!, _role + path)), answer, cancellationToken);

    /// <exception cref="BrokerProblemException">The broker says no, or cannot answer within the patience.</exception>
    public Task<TAnswer> PostAsync<TBody, TAnswer>(string path, TBody body, JsonTypeInfo<TBody> type, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken) =>
        AskAsync(() => new(HttpMethod.Post, new Uri(options.Address!, _role + path)) { Content = JsonContent.Create(body, type) }, answer, cancellationToken);

    async Task<TAnswer> AskAsync<TAnswer>(Func<HttpRequestMessage> make, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            var (given, problem) = await TryAsync(make, answer, cancellationToken).ConfigureAwait(false);
            if (given is not null) return given;
            var no = problem ?? Silent("answered nothing");
            var pause = RetryPauses.Before(tries, no.RetryAfter, RandomNumberGenerator.GetInt32(0, 1001) / 1000d);
            if (!no.IsTransient || clock.GetElapsedTime(began) + pause > options.Patience) throw no;
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<(TAnswer? Answer, BrokerProblemException? Problem)> TryAsync<TAnswer>(Func<HttpRequestMessage> make, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TryTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = make();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await options.KeyAsync(either.Token).ConfigureAwait(false));
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? (await response.Content.ReadFromJsonAsync(answer, either.Token).ConfigureAwait(false), null)
                : (default, await ProblemAsync(response, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested) { return (default, Silent("has not answered in time")); }
        catch (Exception e) when (e is HttpRequestException or SocketException or JsonException) { return (default, Silent(e is JsonException ? "answered something else than JSON" : "cannot be reached")); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrokerProblemException(BrokerProblemException.NoKey, 0, $"The key of '{options.ApiKeyFile}' cannot be read: {e.GetType().Name}.");
        }
    }

    BrokerProblemException Silent(string how) => new(BrokerProblemException.Unreachable, 0, $"The broker at {options.Address} {how}.");

    static async Task<BrokerProblemException> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        ProblemDocument? problem = null;
        try { problem = await response.Content.ReadFromJsonAsync(BrokerJson.Default.ProblemDocument, cancellationToken).ConfigureAwait(false); }
        // What a proxy in front says.
        catch (JsonException) { }
        return new(problem?.Code ?? "unknown", status, problem?.Detail ?? $"The broker answered {status}.")
        {
            Errors = problem?.Errors ?? [], TraceId = problem?.TraceId, StsCode = problem?.StsCode, RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }
}
