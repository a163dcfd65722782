using System.Net;

namespace Broker.Quickstart;

/// <summary>
/// Adds the demo's key to the page's own calls, so that no script holds it. A call is the page's own when it comes over loopback,
/// its host is one of the page's (and no other site's name that leads here), the browser says that the page itself sent it, and
/// it is one that the page makes. Everything else passes on unchanged.
/// </summary>
sealed class PageKey(Uri page, string apiKey)
{
    static readonly (string Method, string Path)[] Calls =
    [
        ("GET", "/get_sts_token_for_oss_upload"),
        ("POST", $"{DemoTenant.RolePath}/post-policies"),
        ("POST", $"{DemoTenant.RolePath}/signed-urls"),
    ];

    readonly string[] _hosts = [page.Authority, UploadPage.Localhost(page).Authority];

    public void AddTo(HttpContext context)
    {
        if (IsOfThePage(context)) context.Request.Headers.Authorization = $"Bearer {apiKey}";
    }

    bool IsOfThePage(HttpContext context)
    {
        var request = context.Request;
        return request.Headers.Authorization.Count == 0
            && context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
            && _hosts.Contains(request.Host.Value)
            && request.Headers["Sec-Fetch-Site"] == "same-origin"
            && Calls.Contains((request.Method, request.Path.Value ?? ""));
    }
}
