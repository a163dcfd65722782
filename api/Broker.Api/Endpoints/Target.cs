using Broker.Api.Authentication;

namespace Broker.Api.Endpoints;

/// <summary>What every endpoint does first: who calls, may they do this there, and are the names in the path names at all.</summary>
static class Target
{
    /// <summary>The caller, who may do this in the tenant.</summary>
    public static async Task<Caller> DemandTenantAsync(this Authenticator authenticator, HttpContext context, BrokerAction action, string tenant)
    {
        var caller = await authenticator.AuthenticateAsync(context, tenant);
        AccessRules.Demand(caller, action, tenant);
        DemandName("tenant", tenant);
        return caller;
    }

    /// <summary>The caller, who may do this on the role.</summary>
    public static async Task<(Caller Caller, RoleKey Role)> DemandRoleAsync(this Authenticator authenticator, HttpContext context, BrokerAction action, string tenant, string role)
    {
        var caller = await authenticator.AuthenticateAsync(context, tenant);
        AccessRules.Demand(caller, action, tenant, role);
        DemandName("tenant", tenant);
        DemandName("role", role);
        return (caller, new(tenant, role));
    }

    /// <summary>Refuses parameters of the query that the endpoint does not know, or that come twice.</summary>
    public static void DemandQuery(this HttpRequest request, params ReadOnlySpan<string> known)
    {
        foreach (var (name, values) in request.Query)
        {
            if (!known.Contains(name)) throw BrokerException.Invalid(name, "is not a known parameter");
            if (values.Count > 1) throw BrokerException.Invalid(name, "is given twice");
        }
    }

    static void DemandName(string field, string name)
    {
        if (!Names.IsValid(name)) throw BrokerException.Invalid(field, $"must have {Names.Rule}");
    }
}
