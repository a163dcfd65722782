using Broker.AlibabaCloud.Oss;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sdk;

/// <summary>
/// The vendor's SDKs: AlibabaCloud.SDK.Sts20150401, Aliyun.Credentials and Aliyun.OSS.SDK.NetCore. What they cannot do, or do
/// wrongly, our own code does; each class says what that is.
/// </summary>
public sealed class SdkCloud : ICloud
{
    readonly NativeCloud _native;
    readonly SdkStsExchange _sts;
    readonly SdkIdentities _identities;

    /// <param name="sts">Where STS is.</param>
    /// <param name="environment">Reads an environment variable, for our own code; the SDKs read the process's.</param>
    /// <param name="clock">The time, for limits. The SDKs sign by the machine's clock.</param>
    public SdkCloud(Uri sts, Func<string, string?> environment, TimeProvider clock)
    {
        _native = new(sts, environment, clock);
        _sts = new(sts, clock);
        _identities = new(_native, sts, clock);
    }

    /// <inheritdoc/>
    public IStsExchange Sts => _sts;

    /// <inheritdoc/>
    public IIdentitySource Source(string section, Func<IdentityOptions> settings)
    {
        var source = _identities.Find(section, settings);
        return settings().Role.AsRequest() is { } role ? new AssumedRoleIdentity(source, role, _sts) : source;
    }

    /// <inheritdoc/>
    public IOssSigner Signer(OssCredential session, OssPlace place) => new SdkOssSigner(session, place, _native.Signer(session, place));
}
