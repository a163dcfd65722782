using System.Data;
using System.Data.Common;
using Broker.Grains.Tenants;

namespace Broker.Silo.Storage;

/// <summary>The table of claims. Both databases compare its text byte by byte, so that all that begins with a prefix is one range of the key.</summary>
sealed class SqlPrefixTable(DbDataSource database) : IPrefixTable
{
    const int MostAtOnce = 100;

    public async Task<IReadOnlyList<PrefixClaim>> ClaimAsync(string bucket, string tenant, string[] prefixes, DateTimeOffset at, IEnumerable<PrefixClaim> ended, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // What follows the lock must see what was committed before it.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await transaction.RunAsync("INSERT INTO broker_buckets (name) VALUES (@bucket) ON CONFLICT (name) DO UPDATE SET name = excluded.name", cancellationToken, ("@bucket", bucket));
        foreach (var claim in ended)
            await transaction.RunAsync("DELETE FROM broker_prefixes WHERE bucket = @bucket AND prefix = @prefix AND tenant = @tenant AND claimed_at = @at", cancellationToken,
                ("@bucket", bucket), ("@prefix", claim.Prefix), ("@tenant", claim.Tenant), ("@at", SqlCommands.Text(claim.At)));
        foreach (var prefix in prefixes)
        {
            await using var query = Overlapping(connection, bucket, tenant, prefix);
            query.Transaction = transaction;
            if (await query.ReadAsync(row => new PrefixClaim(row.GetString(0), row.GetString(1), SqlCommands.Moment(row.GetString(2))), cancellationToken) is [_, ..] overlapping) return overlapping;
            await transaction.RunAsync(
                """
                INSERT INTO broker_prefixes (bucket, prefix, tenant, claimed_at) VALUES (@bucket, @prefix, @tenant, @at)
                ON CONFLICT (bucket, prefix, tenant) DO UPDATE SET claimed_at = excluded.claimed_at
                """, cancellationToken, ("@bucket", bucket), ("@prefix", prefix), ("@tenant", tenant), ("@at", SqlCommands.Text(at)));
        }
        await transaction.CommitAsync(cancellationToken);
        return [];
    }

    public async Task KeepAsync(string bucket, string tenant, string[] prefixes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = Leaving(connection, bucket, tenant, prefixes);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Many rows with each statement: there may be as many as there are tenants.</summary>
    public async Task EnterAsync(string bucket, IEnumerable<PrefixClaim> claims, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var some in claims.Chunk(MostAtOnce))
            await transaction.RunAsync(
                $"""
                INSERT INTO broker_prefixes (bucket, prefix, tenant, claimed_at)
                VALUES {string.Join(", ", some.Select((_, i) => $"(@bucket, @prefix{i}, @tenant{i}, @at{i})"))} ON CONFLICT DO NOTHING
                """, cancellationToken, [("@bucket", bucket), .. some.SelectMany(Values)]);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Other tenants' claims that overlap: all whose prefix this one begins with, and some of those whose prefix begins with it.</summary>
    public static DbCommand Overlapping(DbConnection connection, string bucket, string tenant, string prefix)
    {
        var above = Above(prefix).Select((p, i) => (Name: $"@above{i}", Value: (object?)p)).ToArray();
        return connection.Command(
            $"""
            SELECT tenant, prefix, claimed_at FROM broker_prefixes
            WHERE bucket = @bucket AND prefix IN ({string.Join(", ", above.Select(p => p.Name))}) AND tenant <> @tenant
            UNION ALL SELECT tenant, prefix, claimed_at FROM (
                SELECT tenant, prefix, claimed_at FROM broker_prefixes
                WHERE bucket = @bucket AND prefix > @prefix{(prefix.Length == 0 ? "" : " AND prefix < @end")} AND tenant <> @tenant
                ORDER BY prefix LIMIT {MostAtOnce}) below
            """, [("@bucket", bucket), ("@tenant", tenant), ("@prefix", prefix), ("@end", End(prefix)), .. above]);
    }

    /// <summary>Strikes the tenant's claims but these.</summary>
    // By equality SQLite would go through the whole bucket: it takes a bucket's claims for as few as a tenant's.
    public static DbCommand Leaving(DbConnection connection, string bucket, string tenant, string[] kept) => connection.Command(
        $"DELETE FROM broker_prefixes WHERE tenant = @tenant AND bucket BETWEEN @bucket AND @bucket{string.Concat(kept.Select((_, i) => $" AND prefix <> @prefix{i}"))}",
        [("@bucket", bucket), ("@tenant", tenant), .. kept.Select((prefix, i) => ($"@prefix{i}", (object?)prefix))]);

    /// <summary>The prefix itself, and every shorter one that it begins with.</summary>
    static IEnumerable<string> Above(string prefix) => prefix.Index().Where(c => c.Item == '/').Select(c => prefix[..(c.Index + 1)]).Prepend("");

    /// <summary>What follows all that begins with the prefix: it ends in <c>/</c>, and the next byte is <c>0</c>.</summary>
    static string End(string prefix) => prefix.Length == 0 ? "" : $"{prefix[..^1]}0";

    static IEnumerable<(string Name, object? Value)> Values(PrefixClaim claim, int i) =>
        [($"@prefix{i}", claim.Prefix), ($"@tenant{i}", claim.Tenant), ($"@at{i}", SqlCommands.Text(claim.At))];
}
