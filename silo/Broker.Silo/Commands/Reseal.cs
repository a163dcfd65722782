using System.Data.Common;
using Broker.Api.Cluster;
using Broker.Grains.Audit;
using Broker.Grains.Roles;
using Broker.Grains.Sealing;
using Broker.Silo.Hosting;
using Broker.Silo.Storage;
using Orleans.Serialization;

namespace Broker.Silo.Commands;

/// <summary>
/// <c>silo reseal</c>: puts everything that is stored sealed under the active master key, beside running silos too, so that the keys
/// before it can be removed. Silos must seal with the same active key by then, or they go on writing under theirs.
/// </summary>
static class Reseal
{
    /// <summary>Exit codes: all is under the active key; something is not; it could not run to its end.</summary>
    public const int Done = 0, Left = 1, Failed = 2;

    /// <summary>A row is written about once an hour: to be overtaken twice is luck, so often is something else.</summary>
    const int MostTries = 10;

    /// <param name="settings">The silo's configuration, as on its command line.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(string[] settings, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await using var data = StoredData.Open(settings);
            var rows = new SqlSealedRows(data.Database, ClusterHosting.ServiceId);
            var credentials = await CredentialsAsync(rows, data.Sealer, output, cancellationToken);
            var writers = await WritersAsync(await data.Audit.ListWritersAsync(cancellationToken), rows, data.Sealer, output, cancellationToken);
            await output.WriteLineAsync($"Credentials of roles: {credentials}.");
            await output.WriteLineAsync($"Keys of the audit's writers: {writers}.");
            return credentials.Unreadable + writers.Unreadable == 0 ? Done : Left;
        }
        catch (Exception e) when (e is InvalidOperationException or DbException or IOException)
        {
            await output.WriteLineAsync($"Not everything is resealed; run it again when this is mended: {e.Message}");
            return Failed;
        }
    }

    static async Task<Tally> CredentialsAsync(SqlSealedRows rows, CredentialSealer sealer, TextWriter output, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddSerializer(types => types.AddAssembly(typeof(CredentialRows).Assembly)).BuildServiceProvider();
        var sealing = new CredentialRows(sealer, services.GetRequiredService<Serializer>());
        var tally = new Tally();
        foreach (var row in await rows.ListGrainsAsync(CredentialRows.StateName, cancellationToken))
            await tally.AddAsync(row.Key, output, await ReplaceAsync(row.Key, () => rows.ReadGrainAsync(row, cancellationToken),
                (byte[] stored, out byte[] resealed) => sealing.Reseal(row.Key, stored, out resealed),
                (stored, resealed) => rows.ReplaceGrainAsync(row, stored, resealed, cancellationToken)));
        return tally;
    }

    static async Task<Tally> WritersAsync(string[] writers, SqlSealedRows rows, CredentialSealer sealer, TextWriter output, CancellationToken cancellationToken)
    {
        var keys = new AuditKeys(sealer);
        var tally = new Tally();
        foreach (var writer in writers)
            await tally.AddAsync($"The audit's writer {writer}", output, await ReplaceAsync(writer, () => rows.ReadWriterAsync(writer, cancellationToken),
                (byte[] stored, out byte[] resealed) => keys.Reseal(writer, stored, out resealed),
                (stored, resealed) => rows.ReplaceWriterAsync(writer, stored, resealed, cancellationToken)));
        return tally;
    }

    /// <summary>One row. Where a silo has written it between reading and replacing, what the silo wrote is looked at.</summary>
    static async Task<Resealing> ReplaceAsync(string name, Func<Task<byte[]?>> read, Sealing seal, Func<byte[], byte[], Task<bool>> replace)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await read() is not { } stored) return Resealing.None;
            var result = seal(stored, out var resealed);
            if (result != Resealing.Resealed || await replace(stored, resealed)) return result;
        }
        throw new InvalidOperationException($"{name} is written again and again.");
    }

    delegate Resealing Sealing(byte[] stored, out byte[] resealed);

    /// <summary>Counts what became of rows, and names those that do not open.</summary>
    sealed class Tally
    {
        int _resealed, _active;

        public int Unreadable { get; private set; }

        public async Task AddAsync(string name, TextWriter output, Resealing result)
        {
            if (result == Resealing.Resealed) _resealed++;
            if (result == Resealing.Active) _active++;
            if (result != Resealing.Unreadable) return;
            Unreadable++;
            await output.WriteLineAsync($"{name} does not open with these master keys: another sealed it, or it is damaged.");
        }

        public override string ToString() => $"{_resealed} resealed, {_active} under the active master key already, {Unreadable} unreadable";
    }
}
