using System.Data.Common;
using System.Globalization;
using Broker.Grains.Storage;

namespace Broker.Silo.Storage;

/// <summary>Short forms for the commands of our own tables. Times are text in UTC with milliseconds, so that they sort as they are.</summary>
static class SqlCommands
{
    const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static DbCommand Command(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Set(name, value);
        return command;
    }

    public static void Set(this DbCommand command, string name, object? value)
    {
        var parameter = command.Parameters.Contains(name) ? command.Parameters[name] : command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = Stored(value);
        if (!command.Parameters.Contains(name)) command.Parameters.Add(parameter);
    }

    /// <summary>The value as a parameter takes it: whatever text somebody sends, it is no error of the database.</summary>
    public static object Stored(object? value) => value is string text ? StorableText.Of(text) : value ?? DBNull.Value;

    /// <summary>Runs the command, in the transaction; how many rows it changed.</summary>
    public static async Task<int> RunAsync(this DbTransaction transaction, string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var command = transaction.Connection!.Command(sql, parameters);
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs the command by itself.</summary>
    public static async Task RunAsync(this DbDataSource database, string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs the query by itself.</summary>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(this DbDataSource database, string sql, Func<DbDataReader, T> row, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command(sql, parameters);
        return await command.ReadAsync(row, cancellationToken);
    }

    /// <summary>Reads all rows of the command.</summary>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(this DbCommand command, Func<DbDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(row(reader));
        return rows;
    }

    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The moment; the earliest there is for a text that <see cref="Text"/> never writes.</summary>
    public static DateTimeOffset Moment(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : DateTimeOffset.MinValue;
}
