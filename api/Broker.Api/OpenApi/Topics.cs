using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace Broker.Api.OpenApi;

/// <summary>The groups of operations, in the document's order.</summary>
static class Topics
{
    public const string DataPlane = "Data plane", Roles = "Roles", Tenants = "Tenants", ApiKeys = "API keys", CredentialUrls = "Credential URLs",
        Audit = "Audit", Guide = "Guide-compatible", Operations = "Operations";

    public static readonly (string Name, string Description)[] All =
    [
        (DataPlane, "STS credentials, upload forms and signed URLs, for backends."),
        (Roles, "The policy settings of roles, and their condition."),
        (Tenants, "Tenants: the outer bounds of their roles, and the kill switch."),
        (ApiKeys, "Keys by which a tenant's programs call."),
        (CredentialUrls, "URLs that answer credentials to SDKs that can send no header."),
        (Audit, "Who did what."),
        (Guide, "The addresses and shapes of Alibaba Cloud's guide, for the default role of the calling API key."),
        (Operations, "The process itself."),
    ];

    /// <summary>Whether the route is one of the API's own: a host may add others.</summary>
    public static bool Cover(ApiDescription route) =>
        route.ActionDescriptor.EndpointMetadata.OfType<ITagsMetadata>().Any(tags => tags.Tags.Any(tag => All.Any(topic => topic.Name == tag)));

    /// <summary>Routes of the group.</summary>
    public static RouteGroupBuilder Topic(this IEndpointRouteBuilder routes, string name) => routes.MapGroup("").WithTags(name);
}
