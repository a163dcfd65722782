using Broker.Api.Calls;
using Broker.Api.Json;
using Broker.Api.OpenApi;

namespace Broker.Api.Endpoints;

/// <summary>The AssumeRole budget of each identity.</summary>
static class StsBudget
{
    public static void Map(IEndpointRouteBuilder app) => app.Topic(Topics.Operations)
        .MapCall("GET", "/v1/sts-budget", "GetStsBudget", BrokerAction.ReadBudget, GetAsync)
        .WithSummary("Reads the AssumeRole budget of each identity.").Answers<Page<StsBudgetState>>();

    /// <summary>In the shape of a list, of which there is only one page: identities are few.</summary>
    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains)
    {
        context.Request.DemandQuery();
        var states = await grains.StsBudgetQuery().List(context.Call().Caller, context.RequestAborted);
        return Results.Json(new Page<StsBudgetState>(states, null), Wire.Options);
    }
}
