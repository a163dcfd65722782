using Broker.AlibabaCloud.Ram;

namespace Broker.Grains.Roles;

/// <summary>What a role's settings permit but may surprise those who set them. Pure.</summary>
static class RoleWarnings
{
    // Half of it is what callers get at least, and SDKs take 15 minutes or less for stale; one minute is for the way.
    const int ShortestCached = 2 * 16 * 60;

    /// <summary>A sentence for each.</summary>
    /// <param name="role">The valid definition, with its defaults.</param>
    /// <param name="policyBytes">The length of the session policy that it compiles to.</param>
    public static IEnumerable<string> Of(RoleDefinition role, int policyBytes)
    {
        (bool Holds, string Sentence)[] warnings = [.. Lifetimes(role), .. Access(role), .. Uploads(role), Length(policyBytes)];
        return warnings.Where(warning => warning.Holds).Select(warning => warning.Sentence);
    }

    static IEnumerable<(bool Holds, string Sentence)> Lifetimes(RoleDefinition role)
    {
        var half = role.DurationSeconds / 2;
        yield return (role.DurationSeconds < ShortestCached,
            $"durationSeconds is below {ShortestCached}: credentials may have less than 16 minutes left, and SDKs, which take 15 minutes or less for stale, then ask on every call.");
        yield return (role.SignedUrls.MaxExpiresIn > half, $"signedUrls.maxExpiresIn is above half of durationSeconds, {half}: URLs may end earlier with their credentials; only lifetime 'require' keeps the promise.");
        yield return (role.Uploads.MaxExpiresIn > half, $"uploads.maxExpiresIn is above half of durationSeconds, {half}: forms may end earlier with their credentials, and say so by 'clamped'.");
        yield return (role.Disabled, "disabled is true: the role vends nothing.");
    }

    static IEnumerable<(bool Holds, string Sentence)> Access(RoleDefinition role)
    {
        yield return (role.Access.Length == 0, "access is empty: a session is denied everything.");
        yield return (role.Access.Contains(RoleAccess.Write), "access has write: size can be limited by forms only; signed PUT URLs and sessions have no size limit.");
        yield return (role.Conditions.SourceNetworks.Length > 0, "conditions.sourceNetworks binds signed URLs and forms too: OSS refuses browsers outside these networks.");
    }

    static IEnumerable<(bool Holds, string Sentence)> Uploads(RoleDefinition role)
    {
        var (writes, bounded) = (role.Access.Contains(RoleAccess.Write), role.Uploads.ContentTypes.Length > 0 || role.Uploads.ForbidOverwrite);
        yield return (!writes && bounded, "uploads binds nothing: access has no write.");
        yield return (writes && bounded, "uploads.contentTypes and uploads.forbidOverwrite bind forms and signed URLs; whoever has the session itself is not bound by them.");
    }

    static (bool Holds, string Sentence) Length(int policyBytes) =>
        (policyBytes > SessionPolicy.MaxBytes * 8 / 10, $"The session policy has {policyBytes} of {SessionPolicy.MaxBytes} bytes: little more can be added.");
}
