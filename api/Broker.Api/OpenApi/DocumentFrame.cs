using Broker.Api.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Broker.Api.OpenApi;

/// <summary>What the document says of the whole.</summary>
sealed class DocumentFrame : IOpenApiDocumentTransformer
{
    const string Description =
        "Temporary, narrowed access to Alibaba Cloud OSS for the backends, browsers and jobs of many tenants, as STS credentials, upload forms and signed URLs. "
        + "Times are UTC to the second, durations are whole seconds, and what a request has beyond this document is refused.";

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new() { Title = "Broker", Version = "1", Description = Description, License = new() { Name = "Apache License 2.0", Identifier = "Apache-2.0" } };
        // Where it is served is where it came from: a process knows neither its proxies nor, in tests, its port.
        document.Servers = [new() { Url = "/" }];
        document.Tags = Topics.All.Select(topic => new OpenApiTag { Name = topic.Name, Description = topic.Description }).ToHashSet();
        SharedParts.AddTo(document, await context.GetOrCreateSchemaAsync(typeof(Problem), cancellationToken: cancellationToken));
    }
}
