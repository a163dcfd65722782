namespace Broker.Api.Leases;

/// <summary>What a caller asks a role for.</summary>
readonly record struct CredentialAsk(Caller Caller, TimeSpan MinRemaining);

/// <summary>All that this process answers by copies of: credentials, and what says who may have them. Grains call it back.</summary>
sealed class LeaseTable : ILeaseHolder
{
    readonly Lazy<ILeaseHolder> _reference;

    public LeaseTable(IGrainFactory grains, TimeProvider clock)
    {
        // Only once Orleans runs.
        _reference = new(() => grains.CreateObjectReference<ILeaseHolder>(this));
        Roles = new(
            (role, ask, served, cancellation) => ReachAsync(cancelled => LeaseAsync(role, ask, Interlocked.Exchange(ref served, 0), cancelled), cancellation),
            (copy, ask) => copy.Serves(ask.MinRemaining, clock.GetUtcNow()), clock);
        Keys = new((id, _, _, cancellation) => ReachAsync(cancelled => grains.ApiKey(id).Lease(Reference, cancelled), cancellation), static (_, _) => true, clock);
        Urls = new((id, _, _, cancellation) => ReachAsync(cancelled => grains.CredentialUrl(id).Lease(Reference, cancelled), cancellation), static (_, _) => true, clock);
        Tenants = new((tenant, _, _, cancellation) => ReachAsync(cancelled => grains.Tenant(tenant).Lease(Reference, cancelled), cancellation), static (_, _) => true, clock);
        Rates = new((place, _, _, cancellation) => ReachAsync(cancelled => RatesAsync(grains, place, cancelled), cancellation), static (_, _) => true, clock);

        Task<Leased<T>?> ReachAsync<T>(Func<CancellationToken, Task<Leased<T>?>> ask, CancellationToken cancellation) where T : class =>
            Reaching.AskAsync(ask, clock, cancellation);

        async Task<Leased<VendedCredentials>?> LeaseAsync(RoleKey role, CredentialAsk ask, long served, CancellationToken cancellation) =>
            VendedCredentials.Of(await grains.Role(role).LeaseCredentials(ask.Caller, ask.MinRemaining, Reference, served, cancellation));
    }

    /// <summary>Credentials, by role.</summary>
    public LeasedCopies<RoleKey, CredentialAsk, VendedCredentials> Roles { get; }

    /// <summary>API keys, by id.</summary>
    public LeasedCopies<string, ValueTuple, ApiKeyRecord> Keys { get; }

    /// <summary>Credential URLs, by id.</summary>
    public LeasedCopies<string, ValueTuple, CredentialUrlRecord> Urls { get; }

    /// <summary>Tenants, for their trust, by name.</summary>
    public LeasedCopies<string, ValueTuple, TenantSettings> Tenants { get; }

    /// <summary>How often a tenant, and one of its roles, may be asked. Nobody calls these back: a few seconds do no harm.</summary>
    public LeasedCopies<(string Tenant, string? Role), ValueTuple, RequestRates> Rates { get; }

    ILeaseHolder Reference => _reference.Value;

    public Task Recall(string grainKey, long epoch)
    {
        var name = GrainKeys.Name(grainKey);
        switch (grainKey[0])
        {
            case 'r': Roles.Recall(RoleKey.Parse(grainKey), epoch); break;
            case 'k': Keys.Recall(name, epoch); break;
            case 'u': Urls.Recall(name, epoch); break;
            case 't': Tenants.Recall(name, epoch); break;
            default: throw new ArgumentException("No such kind of grain gives leases.", nameof(grainKey));
        }
        return Task.CompletedTask;
    }

    static async Task<Leased<RequestRates>?> RatesAsync(IGrainFactory grains, (string Tenant, string? Role) place, CancellationToken cancellationToken) => new(place.Role is { } role
        ? await grains.Role(new(place.Tenant, role)).GetRates(cancellationToken)
        : new((await grains.Tenant(place.Tenant).Find(cancellationToken))?.Definition.Limits.RequestsPerSecond, null), Epoch: 0);
}
