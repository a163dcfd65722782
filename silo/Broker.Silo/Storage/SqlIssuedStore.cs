using System.Data.Common;
using Broker.Grains.Minting;

namespace Broker.Silo.Storage;

/// <summary>The record of what was issued, in a table.</summary>
sealed class SqlIssuedStore(DbDataSource database) : IIssuedStore
{
    public Task AppendAsync(IssuedCredential issued, CancellationToken cancellationToken) => database.RunAsync(
        """
        INSERT INTO broker_issued (access_key_id, tenant, role, issued_at, expiration, version, prefix)
        VALUES (@id, @tenant, @role, @issuedAt, @expiration, @version, @prefix) ON CONFLICT DO NOTHING
        """, cancellationToken,
        ("@id", issued.AccessKeyId), ("@tenant", issued.Role.Tenant), ("@role", issued.Role.Role), ("@issuedAt", SqlCommands.Text(issued.IssuedAt)),
        ("@expiration", SqlCommands.Text(issued.Expiration)), ("@version", issued.Version), ("@prefix", issued.Prefix));

    public Task<IReadOnlyList<Exposure>> ReadAliveAsync(string tenant, string? role, DateTimeOffset moment, CancellationToken cancellationToken) => database.ReadAsync(
        """
        SELECT role, access_key_id, expiration, prefix FROM broker_issued
        WHERE tenant = @tenant AND role = COALESCE(@role, role) AND expiration > @moment ORDER BY expiration
        """,
        row => new Exposure(row.GetString(0), row.GetString(1), SqlCommands.Moment(row.GetString(2)), row.GetString(3)), cancellationToken,
        ("@tenant", tenant), ("@role", role), ("@moment", SqlCommands.Text(moment)));

    public Task RemoveEndedBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken) =>
        database.RunAsync("DELETE FROM broker_issued WHERE expiration < @moment", cancellationToken, ("@moment", SqlCommands.Text(moment)));
}
