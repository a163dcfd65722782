using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Broker.Api.OpenApi;

/// <summary>Tells the framework's description of the routes of the bodies that they take.</summary>
sealed class BodyDescriptions : IApiDescriptionProvider
{
    /// <summary>After the framework's own, which makes the descriptions.</summary>
    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var route in context.Results)
        {
            if (route.ActionDescriptor.EndpointMetadata.OfType<Taken>().SingleOrDefault() is not { } taken) continue;
            route.ParameterDescriptions.Add(new() { Name = "body", Source = BindingSource.Body, Type = taken.Body, IsRequired = true });
            route.SupportedRequestFormats.Add(new() { MediaType = RouteShape.Json });
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context) { }
}
