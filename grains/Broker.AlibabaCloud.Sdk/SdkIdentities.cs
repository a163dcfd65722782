using Aliyun.Credentials.Models;
using Aliyun.Credentials.Provider;
using Broker.AlibabaCloud.Sources;

namespace Broker.AlibabaCloud.Sdk;

/// <summary>
/// What Aliyun.Credentials 1.5.3 reads: keys, OIDC and CLI profiles. Not by it: the environment, which it reads once for the whole
/// process; the credentials file, for which it has another name than the vendor's other SDKs; the instance's role, for which each opening
/// starts a timer that nothing ends; a credentials URI, whose answer it reads as nulls; a program outside a CLI profile, which it does not know.
/// </summary>
/// <param name="native">Reads those.</param>
/// <param name="sts">Where STS is. It is called by https only.</param>
/// <param name="clock">The time.</param>
sealed class SdkIdentities(ICloud native, Uri sts, TimeProvider clock)
{
    public IIdentitySource Find(string section, Func<IdentityOptions> settings)
    {
        var options = settings();
        return options.Meant switch
        {
            IdentityKind.AccessKey => new SdkIdentitySource("configuration", section, () => new(Key(settings())), refreshes: false, clock),
            IdentityKind.Oidc => Oidc(section, options),
            IdentityKind.CliProfile => CliProfile(section, options.Profile),
            // Its own chain is one opening of all of them.
            IdentityKind.Default => new DefaultChain(
            [
                Native(IdentityKind.Environment), Oidc(section, options), CliProfile(section, null),
                Native(IdentityKind.CredentialsFile), Native(IdentityKind.EcsRole), Native(IdentityKind.CredentialsUri),
            ]),
            var other => Native(other),
        };

        IIdentitySource Native(IdentityKind kind) => native.Source(section, () => new()
        {
            Kind = kind, Profile = options.Profile, EcsRoleName = options.EcsRoleName, CredentialsUri = options.CredentialsUri, ProcessCommand = options.ProcessCommand,
        });
    }

    SdkIdentitySource CliProfile(string section, string? profile) => new("cli_profile", section, () => new(new CLIProfileCredentialsProvider(profile)), refreshes: true, clock);

    SdkIdentitySource Oidc(string section, IdentityOptions options) => new("oidc_role_arn", section, () => new(new Config
    {
        Type = "oidc_role_arn", RoleArn = options.OidcRoleArn, OIDCProviderArn = options.OidcProviderArn, OIDCTokenFilePath = options.OidcTokenFile,
        RoleSessionName = IdentityParts.DefaultSessionName, RoleSessionExpiration = IdentityParts.DefaultSeconds, STSEndpoint = sts.Authority,
    }), refreshes: false, clock);

    static Config Key(IdentityOptions options) => new()
    {
        Type = string.IsNullOrEmpty(options.SecurityToken) ? "access_key" : "sts",
        AccessKeyId = options.AccessKeyId, AccessKeySecret = options.AccessKeySecret, SecurityToken = options.SecurityToken,
    };
}
