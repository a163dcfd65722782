using System.Text;
using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sources;

/// <summary>What AssumeRoleWithOIDC needs besides a token.</summary>
/// <param name="RoleArn">The RAM role.</param>
/// <param name="ProviderArn">The OIDC provider that RAM trusts.</param>
/// <param name="TokenFile">Where the token is. It is replaced there before it ends, so each call reads it anew.</param>
/// <param name="SessionName">What the cloud's logs show.</param>
/// <param name="DurationSeconds">The life that is asked for.</param>
sealed record OidcTerms(string RoleArn, string ProviderArn, string TokenFile, string SessionName, int DurationSeconds);

/// <summary>
/// A session of the RAM role that a Kubernetes service account may assume (RRSA). The token goes in the form, never in the query.
/// Source: STS, AssumeRoleWithOIDC: 4 to 20,000 characters, not signed.
/// </summary>
sealed class OidcRole(OidcTerms terms, StsExchange sts) : IIdentitySource
{
    const int LongestToken = 20_000;

    public string Name => "oidc_role_arn";

    public async Task<SourceIdentity> ReadAsync(CancellationToken cancellationToken)
    {
        var token = await ReadTokenAsync(cancellationToken);
        var form = new Dictionary<string, string>
        {
            ["OIDCProviderArn"] = terms.ProviderArn,
            ["OIDCToken"] = token,
            ["RoleArn"] = terms.RoleArn,
            ["RoleSessionName"] = terms.SessionName,
            ["DurationSeconds"] = $"{terms.DurationSeconds}",
        };
        var call = sts.SendAsync(() => sts.Anonymous("AssumeRoleWithOIDC", form), cancellationToken);
        return await StsSessions.ReadAsync($"AssumeRoleWithOIDC for {terms.RoleArn} with the token of '{terms.TokenFile}'", call);
    }

    async Task<string> ReadTokenAsync(CancellationToken cancellationToken)
    {
        var token = Encoding.UTF8.GetString(await IdentityFile.ReadAsync(terms.TokenFile, cancellationToken)).Trim();
        return token.Length is >= 4 and <= LongestToken ? token : throw new SourceIdentityException($"'{terms.TokenFile}' holds no OIDC token: it must have 4 to {LongestToken} characters.");
    }
}
