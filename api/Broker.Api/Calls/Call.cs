using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Broker.Api.Calls;

/// <summary>A request whose caller is known and permitted, and what its audit entry shall say.</summary>
sealed class Call(HttpContext context, RouteRule rule, Caller caller, string? tenant, string? role)
{
    /// <summary>Ends the work when the caller has gone; a change that was begun is brought to its end, so that its record is true.</summary>
    public CancellationToken Cancellation => rule.Changes ? CancellationToken.None : context.RequestAborted;

    /// <summary>The whole body; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    public RouteRule Rule => rule;

    public Caller Caller => caller;

    /// <summary>The tenant that it is about; null: the platform.</summary>
    public string? Tenant => tenant;

    /// <summary>The name of the role that it is about; null: of none.</summary>
    public string? RoleName => role;

    /// <summary>The tenant, where the route has one.</summary>
    public string InTenant => tenant ?? throw new InvalidOperationException("The route names no tenant.");

    /// <summary>The role, where the route has one.</summary>
    public RoleKey Role => new(InTenant, role ?? throw new InvalidOperationException("The route names no role."));

    /// <summary>Says in a trace whom the request is about. Names that are none may be anything: they are left out.</summary>
    public void Describe(Activity? activity)
    {
        // Without a listener nobody reads it, whatever it asks for.
        if (activity is not { IsAllDataRequested: true } || !activity.Source.HasListeners()) return;
        if (tenant is not null && Names.IsValid(tenant)) activity.SetTag("broker.tenant", tenant);
        if (role is not null && Names.IsValid(role)) activity.SetTag("broker.role", role);
    }

    /// <summary>The AccessKeyId that was vended or that signed; null: none.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>The version that was made or under which was vended; null: not known.</summary>
    public long? Version { get; set; }

    /// <summary>The prefix or key that was asked for, relative to the role's; null: all of it.</summary>
    public string? Prefix { get; set; }

    /// <summary>The access that was asked for; null: all of the role's.</summary>
    public string? Access { get; set; }
}

static class CallOfRequest
{
    /// <summary>The call that the filter has admitted.</summary>
    public static Call Call(this HttpContext context) => context.Features.GetRequiredFeature<Call>();
}
