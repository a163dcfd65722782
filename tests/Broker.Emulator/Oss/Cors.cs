namespace Broker.Emulator.Oss;

/// <summary>The bucket's CORS rule: any page may send what the SDKs and forms send, and read the ETag.</summary>
static class Cors
{
    /// <summary>Adds the headers of the rule; true when the request was a preflight, which is then answered.</summary>
    public static bool Answer(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count == 0) return false;
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
        headers.AccessControlExposeHeaders = "ETag, x-oss-request-id, x-oss-ec";
        headers.Vary = "Origin";
        if (context.Request.Method != "OPTIONS") return false;
        headers.AccessControlAllowMethods = "GET, PUT, POST, DELETE, HEAD";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = "600";
        return true;
    }
}
