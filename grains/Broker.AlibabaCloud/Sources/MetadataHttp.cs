using System.Net.Sockets;

namespace Broker.AlibabaCloud.Sources;

/// <summary>Small requests to places that hand out keys: no proxy, no redirect, no cookie, a bounded answer.</summary>
static class MetadataHttp
{
    const int LongestAnswer = 256 * 1024;

    public static HttpClient CreateClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    /// <summary>The status and the body.</summary>
    /// <exception cref="SourceIdentityException">There is no answer in time. The message begins with <paramref name="who"/>.</exception>
    public static async Task<(int Status, byte[] Body)> SendAsync(HttpClient http, HttpRequestMessage request, string who, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using (request)
            using (var response = await http.SendAsync(request, either.Token))
                return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceIdentityException($"{who} has not answered within {patience.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new SourceIdentityException($"{who} cannot be reached.");
        }
    }
}
