namespace Broker.Grains.Tenants;

/// <summary>The table of tenants' names. A name is entered before its tenant is made and struck after it is gone, so some name nothing.</summary>
public interface ITenantTable
{
    /// <summary>Enters a name; once more changes nothing.</summary>
    Task AddAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>Strikes a name.</summary>
    Task RemoveAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>The names after this one, in ordinal order.</summary>
    Task<IReadOnlyList<string>> ListAsync(string after, int count, CancellationToken cancellationToken);
}
