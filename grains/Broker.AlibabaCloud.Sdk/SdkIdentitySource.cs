using Aliyun.Credentials;
using Aliyun.Credentials.Models;
using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud.Sdk;

/// <summary>A key as Aliyun.Credentials finds it.</summary>
/// <param name="name">The vendor's name of the source.</param>
/// <param name="section">The configuration section that names it, for errors.</param>
/// <param name="open">Begins anew; what the SDK has read before is forgotten, so that a key which was replaced is noticed.</param>
/// <param name="refreshes">Whether the SDK keeps sessions of this source fresh without saying when they end: then it is asked again, and not anew.</param>
/// <param name="clock">The time.</param>
sealed class SdkIdentitySource(string name, string section, Func<Client> open, bool refreshes, TimeProvider clock) : IIdentitySource
{
    // The SDK's own limits are 10 s of reading and 5 s of connecting.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(16);

    Client? _kept;

    public string Name => $"sdk/{name}";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var client = _kept ?? open();
            _kept = null;
            // It takes locks and reads files without awaiting them.
            var found = await Task.Run(client.GetCredentialAsync, cancellationToken).WaitAsync(Patience, clock, cancellationToken);
            var key = Key(found);
            if (refreshes && key.SecurityToken is not null) _kept = client;
            return key;
        }
        catch (TimeoutException) { throw new SourceIdentityException($"{section}: {Name} has not answered within {Patience.TotalSeconds:0} s."); }
        // Its messages repeat what it read, which may be a secret.
        catch (Exception e) when (e is not (SourceIdentityException or OperationCanceledException or OutOfMemoryException))
        {
            throw new SourceIdentityException($"{section}: {Name} gives no key: {e.GetType().Name}.");
        }
    }

    SourceIdentity Key(CredentialModel found)
    {
        if (string.IsNullOrEmpty(found.AccessKeyId) || string.IsNullOrEmpty(found.AccessKeySecret)) throw new SourceIdentityException($"{section}: {Name} gives no AccessKeyId or no AccessKeySecret.");
        DateTimeOffset? end = found.Expiration > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(found.Expiration) : null;
        return new(found.AccessKeyId, found.AccessKeySecret, string.IsNullOrEmpty(found.SecurityToken) ? null : found.SecurityToken, end);
    }
}
