using System.Collections.Concurrent;
using Broker.Grains.Credentials;

namespace Broker.Grains.Telemetry;

/// <summary>The roles in memory, counted when metrics are read: a role pays nothing for it meanwhile.</summary>
sealed class ActiveRoles(TimeProvider clock)
{
    readonly ConcurrentDictionary<CredentialCache, bool> _roles = new(ReferenceEqualityComparer.Instance);

    public void Add(CredentialCache role) => _roles.TryAdd(role, true);

    public void Remove(CredentialCache role) => _roles.TryRemove(role, out _);

    /// <summary>All of them.</summary>
    public int Count => _roles.Count;

    /// <summary>Those whose last refresh failed.</summary>
    public int Failing => _roles.Count(role => role.Key.Failure is not null);

    /// <summary>Those in use whose callers wait for a renewal.</summary>
    public int Overdue()
    {
        var now = clock.GetUtcNow();
        return _roles.Count(role => role.Key.Overdue(now));
    }
}
