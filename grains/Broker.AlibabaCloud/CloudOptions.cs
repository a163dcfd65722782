using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud;

/// <summary>Whose code speaks with Alibaba Cloud.</summary>
public enum CloudProvider
{
    /// <summary>Our own.</summary>
    Native,
    /// <summary>The vendor's SDKs. Only in a build with <c>-p:AliyunSdk=true</c>.</summary>
    Sdk,
}

/// <summary>How Alibaba Cloud is spoken with, and as whom. Configuration section <c>AlibabaCloud</c>.</summary>
public sealed class CloudOptions
{
    /// <summary><c>Native</c> (default), or <c>Sdk</c> where the program was built with <c>-p:AliyunSdk=true</c>.</summary>
    public CloudProvider Provider { get; set; }

    /// <summary>
    /// Identities besides the broker's own, by the names that tenants' storage entries give as <c>identity</c>; the settings of each
    /// are as those of the broker's own. Default: none.
    /// </summary>
    public Dictionary<string, IdentityOptions> Identities { get; } = [];
}
