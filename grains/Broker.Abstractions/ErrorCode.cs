namespace Broker;

/// <summary>The codes of failures, as callers read them in problem documents.</summary>
public static class ErrorCode
{
    /// <summary>Malformed or refused input.</summary>
    public const string InvalidRequest = "invalid_request";
    /// <summary>The settings cannot be compiled to a session policy.</summary>
    public const string InvalidPolicy = "invalid_policy";
    /// <summary>The compiled session policy is longer than STS accepts.</summary>
    public const string PolicyTooLong = "policy_too_long";
    /// <summary>No credential, or one that does not verify.</summary>
    public const string Unauthenticated = "unauthenticated";
    /// <summary>A known caller that may not do this.</summary>
    public const string Forbidden = "forbidden";
    /// <summary>The tenant is suspended.</summary>
    public const string TenantSuspended = "tenant_suspended";
    /// <summary>The role is disabled.</summary>
    public const string RoleDisabled = "role_disabled";
    /// <summary>Nothing of that name inside the caller's own tenant.</summary>
    public const string NotFound = "not_found";
    /// <summary>The change collides with another owner's.</summary>
    public const string Conflict = "conflict";
    /// <summary>If-Match or If-None-Match does not hold.</summary>
    public const string PreconditionFailed = "precondition_failed";
    /// <summary>The body is longer than accepted.</summary>
    public const string TooLarge = "too_large";
    /// <summary>The body is not JSON.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";
    /// <summary>The role cannot promise so long a life.</summary>
    public const string LifetimeUnattainable = "lifetime_unattainable";
    /// <summary>The role does not permit it.</summary>
    public const string NotPermittedByPolicy = "not_permitted_by_policy";
    /// <summary>The tenant's, key's or address's own limit.</summary>
    public const string RateLimited = "rate_limited";
    /// <summary>STS refused this role for good.</summary>
    public const string StsRejected = "sts_rejected";
    /// <summary>STS throttles, or the account's budget of calls is full or cannot be asked.</summary>
    public const string StsThrottled = "sts_throttled";
    /// <summary>STS is slow, down, or answers garbage.</summary>
    public const string StsUnavailable = "sts_unavailable";
    /// <summary>STS refused the broker's own identity.</summary>
    public const string SourceIdentityRejected = "source_identity_rejected";
    /// <summary>The broker's clock and STS's disagree.</summary>
    public const string ClockSkew = "clock_skew";
    /// <summary>The database cannot be reached.</summary>
    public const string StorageUnavailable = "storage_unavailable";
    /// <summary>The audit cannot take what is asked for, so it is not done.</summary>
    public const string AuditUnavailable = "audit_unavailable";
    /// <summary>For too long the database could not confirm that what is in memory still holds.</summary>
    public const string Unconfirmed = "unconfirmed";
    /// <summary>A grain or silo cannot be reached.</summary>
    public const string Unavailable = "unavailable";
}
