using Scalar.AspNetCore;

namespace Broker.Api.OpenApi;

/// <summary>The page for people, by Scalar. All that it loads comes from here.</summary>
static class DocsPage
{
    const string Path = "/docs";

    public static void MapDocsPage(this IEndpointRouteBuilder routes) => routes.MapScalarApiReference(Path, (options, context) =>
    {
        options.WithTitle("Broker").WithOpenApiRoutePattern(PublishedDocument.Path).WithNonce();
        options.DisableDefaultFonts().DisableTelemetry().HideDeveloperTools().HideClientButton().DisableAgent().DisableMcp();
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy((string)context.Items[ScalarOptions.NonceHttpContextItemKey]!);
            return Task.CompletedTask;
        });
    });

    /// <summary>Scalar sets styles from its script, which no nonce permits.</summary>
    static string Policy(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
