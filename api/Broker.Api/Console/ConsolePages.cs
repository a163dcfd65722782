using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Broker.Api.Console;

/// <summary>
/// The console's files at <c>/console/</c>. They hold no secret and ask for no key: what they show comes from the public API,
/// with the key that the visitor types.
/// </summary>
static class ConsolePages
{
    /// <summary>Where they are.</summary>
    public const string Path = "/console/{file?}";

    const string Folder = "console/", Start = "index.html";

    /// <summary>A text that is put into the page can neither run as a script nor send anything elsewhere.</summary>
    const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    /// <summary>A file with the tag by which browsers know whether theirs is the same.</summary>
    sealed record Served(byte[] Bytes, string ContentType, EntityTagHeaderValue Tag);

    static readonly FrozenDictionary<string, Served> Files = typeof(ConsolePages).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Folder.Length..], Read, StringComparer.Ordinal);

    public static void MapConsole(this IEndpointRouteBuilder routes) => routes.MapMethods(Path, ["GET", "HEAD"], Answer).ExcludeFromDescription();

    static IResult Answer(HttpContext context, string? file = null)
    {
        // The page's own addresses are relative, so that a proxy may put the broker below a path of its own.
        if (file is null && !context.Request.Path.Value!.EndsWith('/')) return Results.Redirect("console/");
        if (!Files.TryGetValue(file ?? Start, out var served)) return Results.NotFound();
        Protect(context.Response.Headers);
        return Results.Bytes(served.Bytes, served.ContentType, entityTag: served.Tag);
    }

    static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        headers.Remove("Pragma");
    }

    static Served Read(string name)
    {
        using var resource = typeof(ConsolePages).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return new(bytes, ContentType(name), new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\""));
    }

    static string ContentType(string name) => System.IO.Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The console has no content type for {other}."),
    };
}
