using System.Data.Common;
using Broker.Grains.Audit;

namespace Broker.Silo.Storage;

/// <summary>Rows of the audit as SQL reads and writes them.</summary>
static class SqlAuditRows
{
    const string Columns = "writer, sequence, continues, at, tenant, role, caller, action, outcome, code, access_key_id, version, prefix, access, source_address, trace_id, mac, count";

    public const string Select = $"SELECT {Columns} FROM broker_audit";

    const string WholeCount = "(SELECT CAST(SUM(part.count) AS BIGINT) FROM broker_audit part WHERE part.writer = entry.writer AND part.continues = entry.sequence)";

    public const string Insert =
        $"""
        INSERT INTO broker_audit ({Columns}) VALUES (@writer, @sequence, @continues, @at, @tenant, @role, @caller, @action, @outcome, @code,
            @access_key_id, @version, @prefix, @access, @source_address, @trace_id, @mac, @count)
        """;

    public static (string Name, object? Value)[] Values(AuditRow row) =>
    [
        ("@writer", row.Writer), ("@sequence", row.Sequence), ("@continues", row.Continues), ("@at", SqlCommands.Text(row.Entry.At)), ("@tenant", row.Entry.Tenant),
        ("@role", row.Entry.Role), ("@caller", row.Entry.Caller), ("@action", row.Entry.Action), ("@outcome", row.Entry.Outcome), ("@code", row.Entry.Code),
        ("@access_key_id", row.Entry.AccessKeyId), ("@version", row.Entry.Version), ("@prefix", row.Entry.Prefix), ("@access", row.Entry.Access),
        ("@source_address", row.Entry.SourceAddress), ("@trace_id", row.Entry.TraceId), ("@mac", row.Mac), ("@count", row.Entry.Count),
    ];

    public static AuditRow Read(DbDataReader reader) => new(reader.GetString(0), reader.GetInt64(1), Number(reader, 2), new()
    {
        At = SqlCommands.Moment(reader.GetString(3)),
        Tenant = Text(reader, 4),
        Role = Text(reader, 5),
        Caller = reader.GetString(6),
        Action = reader.GetString(7),
        Outcome = reader.GetString(8),
        Code = Text(reader, 9),
        AccessKeyId = Text(reader, 10),
        Version = Number(reader, 11),
        Prefix = Text(reader, 12),
        Access = Text(reader, 13),
        SourceAddress = Text(reader, 14),
        TraceId = Text(reader, 15),
        Count = reader.GetInt64(17),
    }, (byte[])reader[16]);

    /// <summary>First rows, the newest first, with the counts of their whole entries. Only conditions that are asked for are in the text, so that an index serves them.</summary>
    public static DbCommand Query(DbConnection connection, AuditFilter filter, AuditCursor? after, int most)
    {
        (string Condition, string Name, object? Value)[] demands =
        [
            ("tenant = @tenant", "@tenant", filter.Tenant),
            ("role = @role", "@role", filter.Role),
            ("caller = @caller", "@caller", filter.Caller),
            ("action = @action", "@action", filter.Action),
            ("outcome = @outcome", "@outcome", filter.Outcome),
            ("at >= @from", "@from", Text(filter.From)),
            ("at < @to", "@to", Text(filter.To)),
            ("(at, writer, sequence) < (@after, @after_writer, @after_sequence)", "@after", Text(after?.At)),
        ];
        var asked = demands.Where(d => d.Value is not null).ToList();
        return connection.Command(
            $"""
            SELECT {Columns} + COALESCE({WholeCount}, 0) FROM broker_audit entry
            WHERE {string.Join(" AND ", asked.Select(d => d.Condition).Prepend("continues IS NULL"))}
            ORDER BY at DESC, writer DESC, sequence DESC LIMIT @most
            """,
            [.. asked.Select(d => (d.Name, d.Value)), ("@most", most), ("@after_writer", after?.Writer), ("@after_sequence", after?.Sequence)]);
    }

    static string? Text(DateTimeOffset? moment) => moment is { } given ? SqlCommands.Text(given) : null;

    static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    static long? Number(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
