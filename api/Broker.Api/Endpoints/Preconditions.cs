using System.Globalization;

namespace Broker.Api.Endpoints;

/// <summary>ETags, which are quoted versions, and the headers that demand one (RFC 9110, section 13).</summary>
static class Preconditions
{
    public static string ETag(long version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <exception cref="BrokerException"><see cref="ErrorCode.InvalidRequest"/>: a header is not of a form that is understood.</exception>
    public static Precondition Read(HttpRequest request)
    {
        var ifMatch = request.Headers.IfMatch.ToString();
        var ifNoneMatch = request.Headers.IfNoneMatch.ToString();
        if (ifNoneMatch is not ("" or "*")) throw BrokerException.Invalid("If-None-Match", "must be *");
        return ifMatch switch
        {
            "" => new(null, ifNoneMatch == "*"),
            "*" => new(null, ifNoneMatch == "*", MustExist: true),
            _ => new(Version(ifMatch), ifNoneMatch == "*"),
        };
    }

    /// <summary>304 for a reader who has this version already; null for any other.</summary>
    public static IResult? NotModified(HttpRequest request, long version)
    {
        var known = request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Tag == "*" || tag.Tag == ETag(version));
        if (!known) return null;
        request.HttpContext.Response.Headers.ETag = ETag(version);
        return Results.StatusCode(StatusCodes.Status304NotModified);
    }

    static long Version(string tag)
    {
        // Weak tags never match by the strong comparison that If-Match asks for; our own are never weak.
        if (tag.StartsWith("W/\"", StringComparison.Ordinal) && tag.EndsWith('"')) return -1;
        if (tag.Length < 3 || tag[0] != '"' || tag[^1] != '"' || tag.AsSpan(1, tag.Length - 2).Contains('"'))
            throw BrokerException.Invalid("If-Match", "must be one quoted version, or *");
        return long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? version : -1;
    }
}
