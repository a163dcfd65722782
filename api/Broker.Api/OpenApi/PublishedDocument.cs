using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>The OpenAPI document of the API, made once from its routes.</summary>
sealed class PublishedDocument([FromKeyedServices(PublishedDocument.Name)] IOpenApiDocumentProvider provider)
{
    /// <summary>The document's name, and where it is served.</summary>
    public const string Name = "v1", Path = $"/openapi/{Name}.json";

    // Strangers may ask for it, so it must cost next to nothing.
    readonly Lazy<Task<byte[]>> _text = new(async () =>
    {
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        using var text = new MemoryStream();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1);
        return text.ToArray();
    });

    public Task<byte[]> Text => _text.Value;
}

/// <summary>Adds the document and its page to the API.</summary>
static class OpenApiHosting
{
    public static void AddOpenApiDocument(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json => Json.Wire.Apply(json.SerializerOptions));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, BodyDescriptions>());
        builder.Services.AddSingleton<PublishedDocument>();
        builder.Services.AddOpenApi(PublishedDocument.Name, options =>
        {
            options.ShouldInclude = Topics.Cover;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.AddSchemaTransformer<SchemaShape>();
            options.AddOperationTransformer<OperationShape>();
            options.AddDocumentTransformer<DocumentFrame>();
        });
    }

    public static void MapOpenApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PublishedDocument.Path, async (HttpContext context, PublishedDocument document) =>
        {
            context.Response.KeepBriefly();
            return Results.Bytes(await document.Text, RouteShape.Json);
        });
        routes.MapDocsPage();
    }

    /// <summary>It changes with the release only, and nothing in it is secret.</summary>
    public static void KeepBriefly(this HttpResponse response)
    {
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.Remove("Pragma");
    }
}
