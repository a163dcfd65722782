using System.Text.RegularExpressions;
using Broker.AlibabaCloud.Sts;

namespace Broker.AlibabaCloud.Sources;

/// <summary>Where a key of the broker's own comes from.</summary>
public enum IdentityKind
{
    /// <summary>The vendor's default chain: environment, OIDC, CLI profile, credentials file, ECS instance role, credentials URI.</summary>
    Default,
    /// <summary>The configuration.</summary>
    AccessKey,
    /// <summary><c>ALIBABA_CLOUD_ACCESS_KEY_ID</c> and its like.</summary>
    Environment,
    /// <summary>AssumeRoleWithOIDC with the token of a Kubernetes service account (RRSA).</summary>
    Oidc,
    /// <summary>A profile of <c>~/.aliyun/config.json</c>.</summary>
    CliProfile,
    /// <summary>A section of <c>~/.alibabacloud/credentials</c>.</summary>
    CredentialsFile,
    /// <summary>The RAM role of the ECS instance.</summary>
    EcsRole,
    /// <summary>An address that answers a key.</summary>
    CredentialsUri,
    /// <summary>A program that prints a key.</summary>
    Process,
}

/// <summary>The broker's own identity. Configuration section <c>AlibabaCloud:Identity</c>.</summary>
public sealed partial class IdentityOptions
{
    /// <summary>
    /// <c>Default</c>, <c>AccessKey</c>, <c>Environment</c>, <c>Oidc</c>, <c>CliProfile</c>, <c>CredentialsFile</c>, <c>EcsRole</c>,
    /// <c>CredentialsUri</c> or <c>Process</c>. Null (default): <c>AccessKey</c> where <see cref="AccessKeyId"/> is set, else <c>Default</c>.
    /// </summary>
    public IdentityKind? Kind { get; set; }

    /// <summary>The AccessKey's id. Null (default): none. It and its secret are read anew every few seconds, so that they can be rotated.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>Its secret. Needed with <see cref="AccessKeyId"/>. Null (default): none.</summary>
    public string? AccessKeySecret { get; set; }

    /// <summary>The token of a key that is itself temporary. Null (default): none.</summary>
    public string? SecurityToken { get; set; }

    /// <summary>Of <c>Oidc</c>: the RAM role. Null (default): <c>ALIBABA_CLOUD_ROLE_ARN</c>.</summary>
    public string? OidcRoleArn { get; set; }

    /// <summary>Of <c>Oidc</c>: the provider that RAM trusts. Null (default): <c>ALIBABA_CLOUD_OIDC_PROVIDER_ARN</c>.</summary>
    public string? OidcProviderArn { get; set; }

    /// <summary>Of <c>Oidc</c>: the file with the token. Null (default): <c>ALIBABA_CLOUD_OIDC_TOKEN_FILE</c>.</summary>
    public string? OidcTokenFile { get; set; }

    /// <summary>Of <c>CliProfile</c> and <c>CredentialsFile</c>: the profile. Null (default): <c>ALIBABA_CLOUD_PROFILE</c>, else the file's current one or <c>default</c>.</summary>
    public string? Profile { get; set; }

    /// <summary>Of <c>EcsRole</c>: its name. Null (default): the instance is asked.</summary>
    public string? EcsRoleName { get; set; }

    /// <summary>Of <c>CredentialsUri</c>: the address. A secret where it is a capability. Null (default): <c>ALIBABA_CLOUD_CREDENTIALS_URI</c>.</summary>
    public string? CredentialsUri { get; set; }

    /// <summary>Of <c>Process</c>: the program and its arguments, with quotes as in a shell, which none reads. Null (default): none.</summary>
    public string? ProcessCommand { get; set; }

    /// <summary>A RAM role that the key assumes first; its session then is the identity.</summary>
    public ChainRoleOptions Role { get; set; } = new();

    /// <summary>The rule that the settings break, naming the key; null when they are valid.</summary>
    /// <param name="section">The configuration section.</param>
    public string? BrokenRule(string section)
    {
        if (AccessKeyId is { Length: > 0 } != AccessKeySecret is { Length: > 0 }) return $"{section}:AccessKeyId and {section}:AccessKeySecret belong together.";
        if (Kind == IdentityKind.AccessKey && string.IsNullOrEmpty(AccessKeyId)) return $"{section}:AccessKeyId is needed with {section}:Kind AccessKey.";
        if (Kind is not (null or IdentityKind.AccessKey) && AccessKeyId is { Length: > 0 }) return $"{section}:AccessKeyId is for {section}:Kind AccessKey.";
        if (Kind == IdentityKind.Process && string.IsNullOrWhiteSpace(ProcessCommand)) return $"{section}:ProcessCommand is needed with {section}:Kind Process.";
        if (Role.RoleArn is { } arn && !RoleArn.IsMatch(arn)) return $"{section}:Role:RoleArn must be acs:ram::{{account}}:role/{{name}}.";
        if (!SessionName.IsMatch(Role.SessionName)) return $"{section}:Role:SessionName must have 2 to 64 letters, digits and .@-_.";
        return Role.DurationSeconds is >= 900 and <= 43_200 ? null : $"{section}:Role:DurationSeconds must be 900 to 43200.";
    }

    /// <summary>The kind that the settings mean.</summary>
    internal IdentityKind Meant => Kind ?? (AccessKeyId is { Length: > 0 } ? IdentityKind.AccessKey : IdentityKind.Default);

    [GeneratedRegex(@"\Aacs:ram::[0-9]+:role/[A-Za-z0-9.-]{1,64}\z")]
    private static partial Regex RoleArn { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9.@_-]{2,64}\z")]
    private static partial Regex SessionName { get; }
}

/// <summary>A RAM role between the broker's key and the tenants' roles.</summary>
public sealed class ChainRoleOptions
{
    /// <summary><c>acs:ram::{account}:role/{name}</c>. Null (default): none.</summary>
    public string? RoleArn { get; set; }

    /// <summary>What its trust policy asks for. Null (default): nothing.</summary>
    public string? ExternalId { get; set; }

    /// <summary>What the cloud's logs show: 2 to 64 letters, digits and <c>.@-_</c>. Default <c>broker</c>.</summary>
    public string SessionName { get; set; } = IdentityParts.DefaultSessionName;

    /// <summary>How long a session lives, in seconds: 900 to 43,200, and no longer than the role's own maximum. Default 3,600.</summary>
    public int DurationSeconds { get; set; } = IdentityParts.DefaultSeconds;

    /// <summary>The call that assumes it; null: there is no such role.</summary>
    internal AssumeRoleRequest? AsRequest() => RoleArn is null ? null : new(RoleArn, SessionName, DurationSeconds, null, ExternalId);
}
