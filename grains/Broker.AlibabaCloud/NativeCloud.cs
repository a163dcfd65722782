using Broker.AlibabaCloud.Oss;
using Broker.AlibabaCloud.Sources;
using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud;

/// <summary>Our own code, without any package of the vendor's.</summary>
public sealed class NativeCloud : ICloud
{
    readonly StsExchange _sts;
    readonly IdentityParts _parts;

    /// <param name="sts">Where STS is.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="clock">The time.</param>
    public NativeCloud(Uri sts, Func<string, string?> environment, TimeProvider clock)
    {
        _sts = new(StsHttp.CreateClient(), sts, clock);
        _parts = new(_sts, MetadataHttp.CreateClient(), environment, clock);
    }

    /// <inheritdoc/>
    public IStsExchange Sts => _sts;

    /// <inheritdoc/>
    public IIdentitySource Source(string section, Func<IdentityOptions> settings)
    {
        var options = settings();
        IIdentitySource source = options.Meant switch
        {
            IdentityKind.AccessKey => new ConfiguredKey(section, settings),
            IdentityKind.Environment => _parts.EnvironmentKey(),
            IdentityKind.Oidc => _parts.OidcFrom(options.OidcRoleArn, options.OidcProviderArn, options.OidcTokenFile),
            IdentityKind.CliProfile => _parts.CliProfile(options.Profile),
            IdentityKind.CredentialsFile => _parts.CredentialsFile(options.Profile),
            IdentityKind.EcsRole => _parts.InstanceRole(options.EcsRoleName),
            IdentityKind.CredentialsUri => _parts.CredentialsUriFrom(options.CredentialsUri, $"{section}:CredentialsUri"),
            IdentityKind.Process => _parts.ExternalProcess(options.ProcessCommand!, $"{section}:ProcessCommand"),
            _ => _parts.Default(),
        };
        return options.Role.AsRequest() is { } role ? new AssumedRoleIdentity(source, role, _sts) : source;
    }

    /// <inheritdoc/>
    public IOssSigner Signer(OssCredential session, OssPlace place) => new OssSigner(session, place);
}
