using Microsoft.Extensions.FileProviders;

namespace Broker.Quickstart;

/// <summary>The web page at <c>/</c>, on the public listener. It is there once it is opened.</summary>
sealed class UploadPage
{
    /// <summary>What the page must know of the demo. No secret.</summary>
    /// <param name="Prefix">The role's full prefix.</param>
    /// <param name="Oss">OSS's address by a name: the browser's ali-oss cannot use one by an IP address.</param>
    /// <param name="AliOss">Whether ali-oss's bundle is there.</param>
    sealed record Configuration(string Tenant, string Role, string Bucket, string Region, string Prefix, string Oss, bool AliOss);

    /// <summary>The page, opened.</summary>
    sealed record Opened(int Port, PageKey Key, Configuration Configuration, string ContentPolicy);

    static readonly PhysicalFileProvider Files = new(Path.Combine(AppContext.BaseDirectory, "page"));

    Opened? _opened;

    /// <summary>Adds it to the pipeline. It must come before the API, whose calls it gives the demo's key.</summary>
    public void Use(WebApplication app)
    {
        app.UseWhen(context => _opened?.Port == context.Connection.LocalPort, page =>
        {
            page.Use((context, next) =>
            {
                _opened!.Key.AddTo(context);
                return next(context);
            });
            page.UseFileServer(new FileServerOptions { FileProvider = Files, StaticFileOptions = { OnPrepareResponse = file => Protect(file.Context.Response.Headers) } });
        });
        app.MapGet("/page-config", () => _opened is { } opened ? Results.Json(opened.Configuration) : Results.NotFound());
    }

    public void Open(Ready ready)
    {
        var (page, oss) = (new Uri(ready.Api), new Uri(ready.Oss));
        var ossByName = Localhost(oss).GetLeftPart(UriPartial.Authority);
        var configuration = new Configuration(
            ready.Tenant, ready.Role, ready.Bucket, ready.Region, DemoTenant.Prefix, ossByName, Files.GetFileInfo("ali-oss.min.js").Exists);
        // Forms and URLs name OSS by its address, ali-oss by its name.
        var policy = $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {ready.Oss} {ossByName}; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        _opened = new(page.Port, new(page, ready.ApiKey), configuration, policy);
    }

    /// <summary>The same address under the name <c>localhost</c>.</summary>
    public static Uri Localhost(Uri address) => new UriBuilder(address) { Host = "localhost" }.Uri;

    void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = _opened!.ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
    }
}
