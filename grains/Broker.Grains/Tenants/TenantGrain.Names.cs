using Broker.Grains.Storage;

namespace Broker.Grains.Tenants;

/// <summary>The names of what a tenant has: entered before the thing is made, struck after it is gone.</summary>
sealed partial class TenantGrain
{
    const int MostKeys = 10_000, MostUrls = 10_000;

    public async Task<TenantSettings> Enter(Caller caller, TenantIndex index, string name, CancellationToken cancellationToken)
    {
        var tenant = Demand();
        tenant.DemandChangeable(caller);
        var entered = names.State.Of(index);
        if (entered.Contains(name)) return tenant;
        var (most, limit) = index switch
        {
            TenantIndex.Roles => (tenant.Definition.Limits.Roles, "roles, as its limits.roles says"),
            TenantIndex.Warm => (tenant.Definition.Limits.KeepWarmRoles, "roles that are kept warm, as its limits.keepWarmRoles says"),
            TenantIndex.Keys => (MostKeys, "API keys"),
            _ => (MostUrls, "credential URLs"),
        };
        if (entered.Count >= most) throw new BrokerException(ErrorCode.Conflict, $"The tenant may have at most {most} {limit}.");
        await names.SaveAsync(names.State.With(index, [.. entered, name]));
        return _tenant!;
    }

    public Task Leave(TenantIndex index, string name, CancellationToken cancellationToken)
    {
        var entered = names.State.Of(index);
        return entered.Contains(name) ? names.SaveAsync(names.State.With(index, [.. entered.Where(n => n != name)])) : Task.CompletedTask;
    }

    public Task<bool> Has(TenantIndex index, string name) => Task.FromResult(_tenant is not null && names.State.Of(index).Contains(name));

    public Task<Page<RoleSettings>> ListRoles(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ReadRole, _name);
        Demand();
        var readable = names.State.Roles.Where(role => AccessRules.Allow(caller, BrokerAction.ReadRole, _name, role));
        return Listing.PageAsync(page, readable, role => FindRoleAsync(caller, role, cancellationToken), role => role.Key.Role);
    }

    public Task<Page<ApiKeyRecord>> ListKeys(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageKeys, _name);
        Demand();
        return Listing.PageAsync(page, names.State.Keys, FindAsync, key => key.Caller.Id);

        async Task<ApiKeyRecord?> FindAsync(string id) =>
            await GrainFactory.ApiKey(id).Find(cancellationToken) is { } key && AccessRules.Covers(caller, key.Caller.Roles) ? key : null;
    }

    public async Task<Page<NamedCredentialUrl>> ListUrls(Caller caller, string role, PageRequest page, CancellationToken cancellationToken)
    {
        AccessRules.Demand(caller, BrokerAction.ManageCredentialUrls, _name, role);
        await Role(role).GetSettings(caller, cancellationToken);
        return await Listing.PageAsync(page, UrlsOf(role), async id => await GrainFactory.CredentialUrl(id).Find(cancellationToken) is { } url ? new NamedCredentialUrl(id, url) : null, url => url.Id);
    }

    public async Task<string[]> DropUrls(Caller caller, string role, CancellationToken cancellationToken)
    {
        var ids = UrlsOf(role).ToArray();
        if (ids.Length == 0) return [];
        await Task.WhenAll(ids.Select(id => EndUrlAsync(caller, role, id, cancellationToken)));
        await names.SaveAsync(names.State with { Urls = [.. names.State.Urls.Where(url => !IsOf(role, url))] });
        return ids;
    }

    Task EndUrlAsync(Caller caller, string role, string id, CancellationToken cancellationToken) =>
        GrainFactory.CredentialUrl(id).Drop(caller, new(_name, role), cancellationToken);

    IEnumerable<string> UrlsOf(string role) => names.State.Urls.Where(url => IsOf(role, url)).Select(url => url[(role.Length + 1)..]);

    static bool IsOf(string role, string url) => url.StartsWith($"{role}/", StringComparison.Ordinal);

    async Task<RoleSettings?> FindRoleAsync(Caller caller, string role, CancellationToken cancellationToken)
    {
        try { return await Role(role).GetSettings(caller, cancellationToken); }
        // A name that was entered for a role that was not made.
        catch (BrokerException e) when (e.Code == ErrorCode.NotFound) { return null; }
    }

    /// <summary>Ends everything that the tenant has, roles first; answers what of it still lives.</summary>
    async Task<Exposure[]> ClearNamesAsync(Caller caller, CancellationToken cancellationToken)
    {
        var entered = names.State;
        if (entered.IsEmpty) return [];
        await Task.WhenAll(entered.Roles.Select(role => Role(role).TenantDeleted(caller, cancellationToken)));
        await Task.WhenAll(entered.Keys.Select(id => GrainFactory.ApiKey(id).Drop(caller, _name, cancellationToken)));
        var urls = entered.Urls.Select(url => url.Split('/')).ToArray();
        await Task.WhenAll(urls.Select(url => EndUrlAsync(caller, url[0], url[1], cancellationToken)));
        await Settle(cancellationToken);
        await Task.WhenAll(entered.Keys.Select(id => GrainFactory.ApiKey(id).Settle(cancellationToken)));
        await Task.WhenAll(urls.Select(url => GrainFactory.CredentialUrl(url[1]).Settle(cancellationToken)));
        var exposure = await GetExposure(caller, cancellationToken);
        await names.SaveAsync(new());
        return exposure;
    }
}
