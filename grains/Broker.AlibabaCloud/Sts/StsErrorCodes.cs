namespace Broker.AlibabaCloud.Sts;

/// <summary>
/// What each of STS's error codes means to us. Sources: the error pages of AssumeRole and AssumeRoleWithOIDC, and the
/// gateway's codes as the vendor's SDKs know them.
/// </summary>
public static class StsErrorCodes
{
    static readonly string[] Identity =
        ["InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken", "MissingSecurityToken", "AuthenticationFail"];

    static readonly string[] Role = ["NoPermission", "EntityNotExist", "InvalidParameter", "MissingParameter", "Missing"];

    static readonly string[] Clock = ["InvalidTimeStamp", "SignatureNonceUsed"];

    /// <summary>
    /// Classifies an error answer. Throttling goes by the code's beginning or by the retry-after header, because the
    /// status that it comes with is not documented. An unknown code of a 4xx is about the request, so about the role.
    /// </summary>
    public static StsFailure Classify(int status, string code, bool asksToRetryLater)
    {
        if (asksToRetryLater || status == 429 || Begins(code, "Throttling")) return StsFailure.Throttled;
        if (status >= 500) return StsFailure.Unavailable;
        if (Clock.Any(family => Begins(code, family))) return StsFailure.Clock;
        if (Identity.Any(family => Begins(code, family))) return StsFailure.IdentityRefused;
        if (Role.Any(family => Begins(code, family))) return StsFailure.RoleRefused;
        return status is >= 400 and not 408 && code.Length > 0 && !Begins(code, "ServiceUnavailable") ? StsFailure.RoleRefused : StsFailure.Unavailable;
    }

    static bool Begins(string code, string family) => code.StartsWith(family, StringComparison.Ordinal);
}
