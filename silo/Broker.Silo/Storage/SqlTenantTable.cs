using System.Data.Common;
using Broker.Grains.Tenants;

namespace Broker.Silo.Storage;

/// <summary>The table of tenants' names. Both databases compare its text byte by byte.</summary>
sealed class SqlTenantTable(DbDataSource database) : ITenantTable
{
    public Task AddAsync(string tenant, CancellationToken cancellationToken) =>
        database.RunAsync("INSERT INTO broker_tenants (name) VALUES (@name) ON CONFLICT DO NOTHING", cancellationToken, ("@name", tenant));

    public Task RemoveAsync(string tenant, CancellationToken cancellationToken) =>
        database.RunAsync("DELETE FROM broker_tenants WHERE name = @name", cancellationToken, ("@name", tenant));

    public Task<IReadOnlyList<string>> ListAsync(string after, int count, CancellationToken cancellationToken) => database.ReadAsync(
        "SELECT name FROM broker_tenants WHERE name > @after ORDER BY name LIMIT @count", row => row.GetString(0), cancellationToken, ("@after", after), ("@count", count));
}
