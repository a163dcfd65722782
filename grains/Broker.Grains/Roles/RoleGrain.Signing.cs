using Broker.Grains.Signing;

namespace Broker.Grains.Roles;

/// <summary>What a role signs with the credentials that it holds.</summary>
sealed partial class RoleGrain
{
    SigningSession? _signing;

    public async Task<SignedUrlBatch> SignUrls(Caller caller, SignUrl[] requests, bool batch, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.SignUrls, _key.Tenant, _key.Role);
        var prefix = Role.Vendable().Prefix;
        var role = Role.Settings.Definition;
        var required = 0;
        for (var i = 0; i < requests.Length; i++)
        {
            SignUrlRules.Validate(requests[i], role, prefix, batch ? $"requests[{i}]." : "");
            if (requests[i].Lifetime == "require") required = Math.Max(required, UrlSigning.LifeOf(requests[i], role));
        }
        var session = await SessionAsync(required, cancellationToken);
        var now = clock.GetUtcNow();
        return new(Array.ConvertAll(requests, request => UrlSigning.Sign(request, role, session, now)), session.Snapshot.AccessKeyId, session.Snapshot.Version);
    }

    public async Task<PostForm> SignForm(Caller caller, PostFormRequest request, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.SignForms, _key.Tenant, _key.Role);
        PostFormRules.Validate(request, Role.Settings.Definition, Role.Vendable().Prefix);
        var role = Role.Settings.Definition;
        return FormSigning.Sign(request, role, await SessionAsync(required: 0, cancellationToken), clock.GetUtcNow());
    }

    public async Task<GuideForm> SignGuideForm(Caller caller, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.SignForms, _key.Tenant, _key.Role);
        var role = Role.Settings.Definition;
        GuideFormSigning.Demand(role);
        return GuideFormSigning.Sign(role, await SessionAsync(required: 0, cancellationToken), clock.GetUtcNow());
    }

    /// <summary>A session that signs, with so many seconds left at least.</summary>
    async Task<SigningSession> SessionAsync(int required, CancellationToken cancellationToken)
    {
        var begun = Role;
        // A signature counts from a whole second, which may be one back.
        var minRemaining = required == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(required + 1);
        CredentialSnapshot snapshot;
        try { snapshot = await CurrentAsync(minRemaining, cancellationToken); }
        catch (BrokerException) when (required > 0 && _cache.Snapshot?.Remaining(clock.GetUtcNow()) >= CredentialSnapshot.ServiceFloor)
        {
            throw new BrokerException(ErrorCode.LifetimeUnattainable, $"The role's session cannot promise {required} seconds now. With lifetime clamp the URL ends with the session.");
        }
        // What was validated against other settings is not signed.
        if (!ReferenceEquals(Role, begun)) throw new BrokerException(ErrorCode.Unavailable, "The role was changed meanwhile. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
        var terms = begun.Vendable();
        if (!ReferenceEquals(_signing?.Snapshot, snapshot) || _signing.Place != terms.Place) _signing = new(cloud, snapshot, terms.Place, terms.Prefix);
        return _signing;
    }
}
