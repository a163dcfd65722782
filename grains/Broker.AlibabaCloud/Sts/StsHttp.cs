namespace Broker.AlibabaCloud.Sts;

/// <summary>HTTP as STS is called: connections that are pooled and follow DNS changes, no redirects, no surprises of cookies.</summary>
static class StsHttp
{
    const int LongestAnswer = 256 * 1024;

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    public static HttpClient CreateClient() => new(CreateHandler())
    {
        // The time limit is the exchange's own, so that it follows the given clock.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    public static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        AllowAutoRedirect = false,
        UseCookies = false,
    };
}
