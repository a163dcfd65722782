using System.Security.Cryptography;
using System.Text;
using Broker.AlibabaCloud.Oss;
using Broker.AlibabaCloud.Ram;
using Broker.AlibabaCloud.Sources;

namespace Broker.Grains.Minting;

/// <summary>
/// All that decides what a role's sessions are: compiled from the settings of the role and its tenant's storage entry.
/// </summary>
/// <param name="Key">The role.</param>
/// <param name="Version">The version of the role's settings; not part of <see cref="Fingerprint"/>.</param>
/// <param name="RoleArn">The RAM role that is assumed.</param>
/// <param name="ExternalId">What its trust policy asks for.</param>
/// <param name="Identity">The source identity that assumes it.</param>
/// <param name="Place">Where the bucket is; only its name is part of <see cref="Fingerprint"/>, the rest says where URLs point.</param>
/// <param name="Prefix">The full prefix.</param>
/// <param name="Grant">What the session policy grants.</param>
/// <param name="DurationSeconds">The life that is asked for.</param>
/// <param name="Revocations">How often the role's credentials were revoked.</param>
/// <param name="PromisedLife">The longest life of URLs and forms; not part of <see cref="Fingerprint"/>.</param>
/// <param name="Fingerprint">Equal for terms under which the same sessions are minted; what was minted under another is not vended.</param>
sealed record SessionTerms(
    RoleKey Key, long Version, string RoleArn, string? ExternalId, string Identity,
    OssPlace Place, string Prefix, SessionGrant Grant, int DurationSeconds, long Revocations, TimeSpan PromisedLife, string Fingerprint)
{
    /// <summary>The session policy. Compiled when it is wanted: an idle role does without its text.</summary>
    public string Policy => SessionPolicy.Compile(Grant);

    /// <summary>
    /// Compiles the terms. <see cref="ErrorCode.NotPermittedByPolicy"/> when the tenant no longer has the storage entry,
    /// <see cref="ErrorCode.PolicyTooLong"/> when the policy is longer than STS accepts.
    /// </summary>
    public static SessionTerms Compile(RoleSettings role, TenantDefinition tenant)
    {
        var definition = role.Definition;
        var entry = tenant.Storage.FirstOrDefault(e => e.Name == definition.Storage)
            ?? throw new BrokerException(ErrorCode.NotPermittedByPolicy, $"The tenant has no storage entry '{definition.Storage}' any more.");
        var prefix = entry.KeyPrefix + definition.SubPrefix;
        var grant = new SessionGrant(entry.Bucket, prefix, Access(definition.Access),
            definition.Conditions.SourceNetworks, definition.Conditions.SecureTransport, definition.ExtraStatements ?? []);
        var policy = SessionPolicy.Compile(grant);
        if (SessionPolicy.Bytes(policy) is var bytes and > SessionPolicy.MaxBytes)
            throw BrokerException.Invalid("definition", $"compiles to a session policy of {bytes} bytes; STS accepts {SessionPolicy.MaxBytes}", ErrorCode.PolicyTooLong);
        var promised = Math.Max(definition.Uploads.MaxExpiresIn ?? 0, definition.SignedUrls.MaxExpiresIn ?? 0);
        var identity = entry.Identity ?? SourceIdentities.Default;
        return new(role.Key, role.Version, entry.RoleArn, entry.ExternalId, identity, StoragePlace.Of(entry), prefix, grant, definition.DurationSeconds, role.Revocations, TimeSpan.FromSeconds(promised),
            FingerprintOf(entry.RoleArn, entry.ExternalId, identity, entry.Bucket, prefix, policy, $"{definition.DurationSeconds}", $"{role.Revocations}"));
    }

    static string FingerprintOf(params ReadOnlySpan<string?> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));

    static ObjectAccess Access(string[] names) => names.Aggregate(ObjectAccess.None, (access, name) => access | name switch
    {
        RoleAccess.Read => ObjectAccess.Read,
        RoleAccess.Write => ObjectAccess.Write,
        RoleAccess.List => ObjectAccess.List,
        RoleAccess.Delete => ObjectAccess.Delete,
        _ => throw new ArgumentOutOfRangeException(nameof(names), name, "Not an access."),
    });
}
