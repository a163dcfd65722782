using System.Data.Common;
using Broker.Grains.Audit;
using Broker.Silo.Storage;

namespace Broker.Silo.Commands;

/// <summary>
/// <c>silo audit verify</c>: checks every writer's chain, beside a running silo too, and says of each in one line whether it
/// is what was written, or what the first thing is that is not.
/// </summary>
static class AuditVerify
{
    /// <summary>Exit codes: all is as written; something is not; something cannot be read.</summary>
    public const int Fine = 0, Tampered = 1, Unreadable = 2;

    /// <param name="settings">The silo's configuration, as on its command line.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(string[] settings, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await using var data = StoredData.Open(settings);
            var keys = new AuditKeys(data.Sealer);
            var results = new List<int>();
            foreach (var writer in await data.Audit.ListWritersAsync(cancellationToken))
            {
                var (result, line) = await VerifyAsync(writer, data.Audit, keys, cancellationToken);
                await output.WriteLineAsync($"{writer}: {line}.");
                results.Add(result);
            }
            return results.Contains(Tampered) ? Tampered : results.DefaultIfEmpty(Fine).Max();
        }
        catch (Exception e) when (e is InvalidOperationException or DbException or IOException)
        {
            await output.WriteLineAsync($"The audit cannot be read: {e.Message}");
            return Unreadable;
        }
    }

    static async Task<(int Result, string Line)> VerifyAsync(string writer, SqlAuditStore store, AuditKeys keys, CancellationToken cancellationToken)
    {
        await using var snapshot = await store.ReadAsync(writer, cancellationToken);
        if (snapshot.SealedKey is null) return (Tampered, "its key is missing");
        if (keys.Open(writer, snapshot.SealedKey) is not { } chain)
            return (Unreadable, "cannot be checked, because its key does not open with these master keys: another master key sealed it, or it is damaged");
        var verdict = await AuditVerifier.VerifyAsync(chain, snapshot.Checkpoint, snapshot.Head, snapshot.ReadRowsAsync(cancellationToken), cancellationToken);
        var good = verdict.Last < verdict.First ? "no rows" : $"rows {verdict.First} to {verdict.Last}";
        return verdict.Fault is { } fault
            ? (Tampered, $"{fault}; before it, {good} are as written")
            : (Fine, $"{good} are there, as written; the last MAC is {Convert.ToHexStringLower(verdict.Mac)}");
    }
}
