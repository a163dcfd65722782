using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sources;

/// <summary>A session of STS as an identity.</summary>
static class StsSessions
{
    /// <param name="sts">Calls STS.</param>
    /// <param name="what">Names the call in errors.</param>
    /// <param name="make">Makes the request, anew for each try.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SourceIdentityException">STS refused, or did not answer in time.</exception>
    public static async Task<SourceIdentity> ReadIdentityAsync(this StsExchange sts, string what, Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        try
        {
            var session = await sts.SendAsync(make, cancellationToken);
            return new(session.AccessKeyId, session.AccessKeySecret, session.SecurityToken, session.Expiration);
        }
        catch (StsException e) { throw new SourceIdentityException($"{what}: {e.Message}"); }
    }
}
