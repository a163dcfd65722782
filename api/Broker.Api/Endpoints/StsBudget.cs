using Broker.Api.Calls;
using Broker.Api.Json;

namespace Broker.Api.Endpoints;

/// <summary>The AssumeRole budget of each identity.</summary>
static class StsBudget
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapCall("GET", "/v1/sts-budget", "GetStsBudget", BrokerAction.ReadBudget, GetAsync);

    /// <summary>In the shape of a list, of which there is only one page: identities are few.</summary>
    static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains)
    {
        context.Request.DemandQuery();
        var states = await grains.StsBudgetQuery().List(context.Call().Caller, context.RequestAborted);
        return Results.Json(new Page<StsBudgetState>(states, null), Wire.Options);
    }
}
