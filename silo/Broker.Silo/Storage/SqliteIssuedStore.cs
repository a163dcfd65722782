using System.Data.Common;
using System.Globalization;
using Broker.Grains.Minting;

namespace Broker.Silo.Storage;

/// <summary>The record of what was issued, in SQLite. Times are text in UTC, so that they sort as they are.</summary>
sealed class SqliteIssuedStore(SqliteDatabase database) : IIssuedStore
{
    public Task AppendAsync(IssuedCredential issued, CancellationToken cancellationToken) => ExecuteAsync(
        """
        INSERT INTO broker_issued (access_key_id, tenant, role, issued_at, expiration, version, prefix)
        VALUES (@id, @tenant, @role, @issuedAt, @expiration, @version, @prefix) ON CONFLICT DO NOTHING
        """, cancellationToken,
        ("@id", issued.AccessKeyId), ("@tenant", issued.Role.Tenant), ("@role", issued.Role.Role), ("@issuedAt", Text(issued.IssuedAt)),
        ("@expiration", Text(issued.Expiration)), ("@version", issued.Version), ("@prefix", issued.Prefix));

    public Task RemoveEndedBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM broker_issued WHERE expiration < @moment", cancellationToken, ("@moment", Text(moment)));

    async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) Add(command, name, value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
