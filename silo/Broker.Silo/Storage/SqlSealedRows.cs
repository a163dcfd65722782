using System.Data.Common;
using System.Globalization;

namespace Broker.Silo.Storage;

/// <summary>
/// The rows that hold envelopes, for one who replaces an envelope by another with the same content. The version of a grain's row
/// stays: the grain that has read it knows the content already, and its next write must not meet a conflict. What a silo has written
/// meanwhile is not replaced, because its bytes are others.
/// </summary>
sealed class SqlSealedRows(DbDataSource database, string serviceId)
{
    const string OfGrain =
        "GrainIdHash = @id AND GrainTypeHash = @type AND GrainTypeString = @name AND GrainIdExtensionString = @key AND ServiceId = @service";

    /// <summary>A row of a grain's state: its key, and the hashes by which the database finds it.</summary>
    public sealed record GrainRow(string Key, string StateName, long IdHash, long TypeHash);

    /// <summary>The rows of this state.</summary>
    public Task<IReadOnlyList<GrainRow>> ListGrainsAsync(string stateName, CancellationToken cancellationToken) => database.ReadAsync(
        """
        SELECT GrainIdExtensionString, GrainIdHash, GrainTypeHash FROM OrleansStorage
        WHERE GrainTypeString = @name AND ServiceId = @service AND PayloadBinary IS NOT NULL
        """, row => new GrainRow(row.GetString(0), stateName, Number(row, 1), Number(row, 2)), cancellationToken, ("@name", stateName), ("@service", serviceId));

    /// <summary>What the row holds now; null: nothing.</summary>
    public Task<byte[]?> ReadGrainAsync(GrainRow row, CancellationToken cancellationToken) =>
        BytesAsync($"SELECT PayloadBinary FROM OrleansStorage WHERE {OfGrain}", cancellationToken, Of(row));

    /// <summary>Replaces these bytes; false when the row has others by now.</summary>
    public Task<bool> ReplaceGrainAsync(GrainRow row, byte[] stored, byte[] replacement, CancellationToken cancellationToken) =>
        ReplaceAsync($"UPDATE OrleansStorage SET PayloadBinary = @new WHERE {OfGrain} AND PayloadBinary = @old", cancellationToken,
            [.. Of(row), ("@old", stored), ("@new", replacement)]);

    /// <summary>The sealed key of this writer of the audit; null: none.</summary>
    public Task<byte[]?> ReadWriterAsync(string writer, CancellationToken cancellationToken) =>
        BytesAsync("SELECT sealed_key FROM broker_audit_writers WHERE writer = @writer", cancellationToken, ("@writer", writer));

    /// <summary>Replaces these bytes; false when the writer has others by now.</summary>
    public Task<bool> ReplaceWriterAsync(string writer, byte[] stored, byte[] replacement, CancellationToken cancellationToken) =>
        ReplaceAsync("UPDATE broker_audit_writers SET sealed_key = @new WHERE writer = @writer AND sealed_key = @old", cancellationToken,
            ("@writer", writer), ("@old", stored), ("@new", replacement));

    (string Name, object? Value)[] Of(GrainRow row) =>
        [("@id", row.IdHash), ("@type", row.TypeHash), ("@name", row.StateName), ("@key", row.Key), ("@service", serviceId)];

    async Task<byte[]?> BytesAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters) =>
        (await database.ReadAsync(sql, row => row.IsDBNull(0) ? null : (byte[])row[0], cancellationToken, parameters)).SingleOrDefault();

    async Task<bool> ReplaceAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    static long Number(DbDataReader row, int column) => Convert.ToInt64(row[column], CultureInfo.InvariantCulture);
}
