using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sources;

/// <summary>A session of STS as an identity.</summary>
static class StsSessions
{
    /// <param name="what">Names the call in errors.</param>
    /// <param name="call">Asks STS for the session.</param>
    /// <exception cref="SourceIdentityException">STS refused, or did not answer in time.</exception>
    public static async Task<SourceIdentity> ReadAsync(string what, Task<AssumedRole> call)
    {
        try
        {
            var session = await call;
            return new(session.AccessKeyId, session.AccessKeySecret, session.SecurityToken, session.Expiration);
        }
        catch (StsException e) { throw new SourceIdentityException($"{what}: {e.Message}"); }
    }
}
