namespace Broker.Api.Problems;

/// <summary>The one table from failures to HTTP.</summary>
static class ProblemTable
{
    /// <summary>Codes that only the front end gives.</summary>
    public const string MethodNotAllowed = "method_not_allowed", InternalError = "internal_error";

    static readonly Dictionary<string, (int Status, string Title)> Rows = new()
    {
        [ErrorCode.InvalidRequest] = (400, "The request is not valid."),
        [ErrorCode.InvalidPolicy] = (400, "The settings cannot be compiled to a session policy."),
        [ErrorCode.PolicyTooLong] = (400, "The session policy is too long."),
        [ErrorCode.Unauthenticated] = (401, "The caller is not known."),
        [ErrorCode.Forbidden] = (403, "The caller may not do this."),
        [ErrorCode.TenantSuspended] = (403, "The tenant is suspended."),
        [ErrorCode.RoleDisabled] = (403, "The role is disabled."),
        [ErrorCode.NotFound] = (404, "There is nothing of that name."),
        [MethodNotAllowed] = (405, "The method is not allowed here."),
        [ErrorCode.Conflict] = (409, "The change collides with another."),
        [ErrorCode.PreconditionFailed] = (412, "The precondition does not hold."),
        [ErrorCode.TooLarge] = (413, "The request is too large."),
        [ErrorCode.UnsupportedMediaType] = (415, "The body is not JSON."),
        [ErrorCode.LifetimeUnattainable] = (422, "The role cannot promise so long a life."),
        [ErrorCode.NotPermittedByPolicy] = (422, "The role does not permit it."),
        [ErrorCode.RateLimited] = (429, "A limit is reached."),
        [InternalError] = (500, "The broker has failed."),
        [ErrorCode.StsRejected] = (502, "STS refuses the role."),
        [ErrorCode.StsThrottled] = (503, "STS throttles."),
        [ErrorCode.StsUnavailable] = (503, "STS cannot be reached."),
        [ErrorCode.SourceIdentityRejected] = (503, "STS refuses the broker's own identity."),
        [ErrorCode.ClockSkew] = (503, "The clocks of the broker and of STS disagree."),
        [ErrorCode.StorageUnavailable] = (503, "The storage cannot be reached."),
        [ErrorCode.AuditUnavailable] = (503, "The audit cannot be written."),
        [ErrorCode.Unconfirmed] = (503, "It is not confirmed that the role still stands."),
        [ErrorCode.Unavailable] = (503, "A part of the broker cannot be reached."),
    };

    /// <summary>A row of the table.</summary>
    public readonly record struct Entry(string Code, int Status, string Title);

    /// <summary>Every code that has a row.</summary>
    public static IReadOnlyCollection<string> Codes => Rows.Keys;

    /// <summary>Every row.</summary>
    public static IEnumerable<Entry> All => Rows.Select(row => new Entry(row.Key, row.Value.Status, row.Value.Title));

    public static (int Status, string Title) Row(string code) => Rows.TryGetValue(code, out var row) ? row : Rows[InternalError];
}
