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
    /// <param name="sts">Where STS is.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="clock">The time.</param>
    public SourceIdentities(IEnumerable<string> names, Func<string, IdentityOptions> options, Func<string, string> sectionOf, Uri sts, Func<string, string?> environment, TimeProvider clock)
    {
        var http = StsClient.CreateHttpClient();
        var parts = new IdentityParts(new(http, sts, clock), MetadataHttp.CreateClient(), environment, clock);
        All = names.ToDictionary(name => name, name => new RefreshingIdentity(Source(parts, sectionOf(name), () => options(name)), clock));
        Clients = new(All.ToDictionary(one => one.Key, one => (IStsClient)new StsClient(http, sts, one.Value, clock)));
    }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, RefreshingIdentity> All { get; }

    /// <summary>A client of STS for each.</summary>
    public StsClients Clients { get; }

    static IIdentitySource Source(IdentityParts parts, string section, Func<IdentityOptions> read)
    {
        var options = read();
        IIdentitySource source = options.Meant switch
        {
            IdentityKind.AccessKey => new ConfiguredKey(section, read),
            IdentityKind.Environment => parts.EnvironmentKey(),
            IdentityKind.Oidc => parts.OidcFrom(options.OidcRoleArn, options.OidcProviderArn, options.OidcTokenFile),
            IdentityKind.CliProfile => parts.CliProfile(options.Profile),
            IdentityKind.CredentialsFile => parts.CredentialsFile(options.Profile),
            IdentityKind.EcsRole => parts.InstanceRole(options.EcsRoleName),
            IdentityKind.CredentialsUri => parts.CredentialsUriFrom(options.CredentialsUri, $"{section}:CredentialsUri"),
            IdentityKind.Process => parts.ExternalProcess(options.ProcessCommand!, $"{section}:ProcessCommand"),
            _ => parts.Default(),
        };
        var role = options.Role;
        return role.RoleArn is null ? source : parts.AssumedRole(source, new(role.RoleArn, role.SessionName, role.DurationSeconds, null, role.ExternalId));
    }
}
