using Broker.AlibabaCloud.Oss;

namespace Broker.Grains.Signing;

/// <summary>Signs a URL that the rules permit. Pure.</summary>
static class UrlSigning
{
    public static int LifeOf(SignUrl request, RoleDefinition role) => request.ExpiresIn ?? role.SignedUrls.MaxExpiresIn!.Value;

    public static SignedUrl Sign(SignUrl request, RoleDefinition role, SigningSession session, DateTimeOffset now)
    {
        var life = session.LifeOf(LifeOf(request, role), now);
        var headers = SignUrlRules.HeadersToSend(request, role);
        var permitted = new OssUrlRequest(request.Method, session.Place.Bucket, session.Prefix + request.Key, request.Query, headers, []);
        var url = session.Signer.SignUrl(permitted, life.Seconds, life.Begin);
        return new(url, request.Method, headers, life.End, life.Clamped);
    }
}
