using Broker.Grains.Narrowing;

namespace Broker.Grains.Roles;

/// <summary>The gate to a role's narrowed sessions: they are never wider, and never older, than the role itself.</summary>
sealed partial class RoleGrain
{
    public async Task<CredentialSnapshot> GetNarrowedCredentials(Caller caller, SessionNarrowing part, TimeSpan minRemaining, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.GetCredentials, _key.Tenant, _key.Role);
        await _confirmation.DemandAsync(cancellationToken);
        while (true)
        {
            var begun = Role;
            DemandAttainable(minRemaining);
            part.Validate(begun.Settings.Definition, begun.Vendable().Prefix);
            var session = new NarrowedSession(begun.Settings, Tenant, part);
            // What cannot be compiled is refused here: no grain is made for it.
            _ = session.Terms();
            var snapshot = await (_narrowed ??= new(GrainFactory, clock)).AskAsync(session, minRemaining, cancellationToken);
            // A PUT that came in between has ended what was asked for under the settings before it.
            if (ReferenceEquals(Role, begun)) return snapshot;
        }
    }
}
