using Broker.AlibabaCloud.Oss;

namespace Broker.Grains.Signing;

/// <summary>
/// Signs the form of Alibaba Cloud's guide. Its page sends key, status, signature and file only, and a condition on a field
/// that a form lacks fails: so a role whose bounds need other fields has no such form.
/// </summary>
static class GuideFormSigning
{
    public static void Demand(RoleDefinition role)
    {
        var errors = new FieldErrors();
        errors.Demand(role.Access.Contains(RoleAccess.Write), "access", "needs 'write'");
        errors.Demand(role.Uploads.ContentTypes.Length == 0, "uploads.contentTypes", "cannot be bound by the guide's form; use post-policies");
        errors.Demand(!role.Uploads.ForbidOverwrite, "uploads.forbidOverwrite", "cannot be bound by the guide's form; use post-policies");
        errors.Demand(role.Uploads.Callback is null, "uploads.callback", "is no field of the guide's form; use post-policies");
        errors.ThrowIfAny(ErrorCode.NotPermittedByPolicy);
    }

    public static GuideForm Sign(RoleDefinition role, SigningSession session, DateTimeOffset now)
    {
        var life = session.LifeOf(role.Uploads.MaxExpiresIn!.Value, now);
        var policy = new PostPolicy(life.End).Equal("bucket", session.Place.Bucket).StartsWith("key", session.Prefix)
            .Length(role.Uploads.MinBytes, role.Uploads.MaxBytes).Equal("success_action_status", "200")
            .Equal("x-oss-security-token", session.Snapshot.SecurityToken).Encode();
        return new(policy, OssV1PolicySigner.Sign(policy, session.Snapshot.AccessKeySecret), session.Snapshot.AccessKeyId, session.Place.Url, session.Prefix, session.Snapshot.SecurityToken, session.Snapshot.Version);
    }
}
