using Broker.AlibabaCloud.Oss;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud;

/// <summary>Whose code speaks with Alibaba Cloud. Every other part of the product is the same whichever it is.</summary>
public interface ICloud
{
    /// <summary>Its calls of STS.</summary>
    IStsExchange Sts { get; }

    /// <summary>Where the settings say that a key of the broker's own is.</summary>
    /// <param name="section">The configuration section, for errors.</param>
    /// <param name="settings">Reads the settings, as they are at each reading.</param>
    IIdentitySource Source(string section, Func<IdentityOptions> settings);

    /// <summary>What signs with a session for one bucket.</summary>
    IOssSigner Signer(OssCredential session, OssPlace place);
}
