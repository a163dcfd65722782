using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud.Sts;

/// <summary>Calls STS as one identity.</summary>
public sealed class StsClient(HttpClient http, Uri address, ISourceIdentityProvider identity, TimeProvider clock) : IStsClient
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    const int LongestAnswer = 256 * 1024;

    readonly StsExchange _sts = new(http, address, clock);

    /// <summary>An HTTP client for STS: pooled, follows DNS changes, no redirects, no proxy's or cookie's surprises.</summary>
    public static HttpClient CreateHttpClient() => new(CreateHandler())
    {
        // The time limit is the exchange's own, so that it follows the given clock.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    /// <inheritdoc/>
    public async Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, CancellationToken cancellationToken)
    {
        var caller = await GetCallerAsync(cancellationToken);
        try { return await AssumeRoleAsync(request, caller, cancellationToken); }
        catch (StsException e) when (e.Failure == StsFailure.IdentityRefused)
        {
            // Keys are rotated by putting another one in the place of the old.
            if (await FindOtherAsync(caller, cancellationToken) is not { } other) throw;
            return await AssumeRoleAsync(request, other, cancellationToken);
        }
    }

    Task<AssumedRole> AssumeRoleAsync(AssumeRoleRequest request, SourceIdentity caller, CancellationToken cancellationToken) =>
        _sts.SendAsync(() => _sts.Signed(request, caller), cancellationToken);

    async Task<SourceIdentity?> FindOtherAsync(SourceIdentity refused, CancellationToken cancellationToken)
    {
        try { return await identity.ReplaceAsync(refused, cancellationToken); }
        // That the old one was refused says more.
        catch (SourceIdentityException) { return null; }
    }

    async Task<SourceIdentity> GetCallerAsync(CancellationToken cancellationToken)
    {
        try { return await identity.GetAsync(cancellationToken); }
        catch (SourceIdentityException e) { throw new StsException(StsFailure.IdentityRefused, "NoIdentity", e.Message); }
    }
}
