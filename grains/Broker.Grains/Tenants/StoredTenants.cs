using System.Collections.Concurrent;
using Broker.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Broker.Grains.Tenants;

/// <summary>
/// Tenants as they are stored, past their grains: what a silo that is cut off from the grains of others can still learn. The
/// roles of a tenant share each look.
/// </summary>
sealed class StoredTenants([FromKeyedServices(GuardedGrainStorage.Name)] IGrainStorage storage, IGrainFactory grains, TimeProvider clock)
{
    static readonly TimeSpan SharedFor = TimeSpan.FromSeconds(5);

    const int MostKnown = 10_000;

    readonly ConcurrentDictionary<string, Look> _looks = new();

    /// <summary>One look at a tenant.</summary>
    /// <param name="At">The timestamp at which it was begun.</param>
    /// <param name="Version">The version that is stored; 0: none ever was.</param>
    /// <param name="Settings">What stands; null: no such tenant.</param>
    public sealed record Seen(long At, long Version, TenantSettings? Settings);

    sealed record Look(long At, Lazy<Task<Seen>> Read);

    /// <summary>A look that is no older than a few seconds.</summary>
    /// <exception cref="BrokerException">The storage failed.</exception>
    public Task<Seen> SeeAsync(string tenant)
    {
        if (_looks.TryGetValue(tenant, out var last) && clock.GetElapsedTime(last.At) < SharedFor && !(last.Read.IsValueCreated && last.Read.Value.IsFaulted)) return last.Read.Value;
        if (_looks.Count >= MostKnown) _looks.Clear();
        var now = clock.GetTimestamp();
        var look = new Look(now, new(() => ReadAsync(tenant, now)));
        _looks[tenant] = look;
        return look.Read.Value;
    }

    async Task<Seen> ReadAsync(string tenant, long now)
    {
        var state = await storage.PeekAsync<TenantSettingsState>(TenantSettingsState.Name, grains.Tenant(tenant).GetGrainId());
        return new(now, state.Version, state.ToSettings(tenant));
    }
}
