using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sources;

/// <summary>The configured identities, by name, and a client of STS for each.</summary>
public sealed class SourceIdentities
{
    /// <summary>The name of the one that storage entries mean by null.</summary>
    public const string Default = "default";

    /// <param name="names">All names.</param>
    /// <param name="options">Reads the settings of one, as they are now.</param>
    /// <param name="sectionOf">Its configuration section.</param>
    /// <param name="cloud">Reads keys, and calls STS with them.</param>
    /// <param name="clock">The time.</param>
    public SourceIdentities(IEnumerable<string> names, Func<string, IdentityOptions> options, Func<string, string> sectionOf, ICloud cloud, TimeProvider clock)
    {
        All = names.ToDictionary(name => name, name => new RefreshingIdentity(cloud.Source(sectionOf(name), () => options(name)), clock));
        Clients = new(All.ToDictionary(one => one.Key, one => (IStsClient)new StsClient(cloud.Sts, one.Value)));
    }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, RefreshingIdentity> All { get; }

    /// <summary>A client of STS for each.</summary>
    public StsClients Clients { get; }
}
